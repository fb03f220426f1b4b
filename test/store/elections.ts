/**
 * Model of a leader election on one database row: every rule is the production rule of `election.ts`; time, messages
 * and mishaps are drawn from a seed. Servers are stopped and continue, machines sleep and wake, clocks drift, the
 * database's clock jumps, questions and answers are late or lost.
 */

import { dice } from "../../experiments/model/statistics/random.ts";
import { surelyOverMs } from "../../server/fleet/agent.ts";
import {
  acquireRow,
  type ClockReading,
  type ElectionTiming,
  isLeadLost,
  isLeadValid,
  mayAcquire,
  observeRow,
  POLL_MS,
  RENEW_MS,
  type RowObservation,
  renewRow,
} from "../../server/leadership/election.ts";
import type { LeaderRow } from "../../server/store/leader-row.ts";

const STEP_MS = 10;
const LEASE_MS = 5_000;
/** Slowest allowed clock of an agent: true time per time of the agent's clock. */
const AGENT_DRIFT = 1.01;

export interface World {
  readonly seed: number;
  readonly timing: ElectionTiming;
  readonly servers: number;
  readonly lengthMs: number;
  /** Mean time between mishaps of a server, ms; 0: no mishaps. */
  readonly mishapEachMs: number;
  /** Longest delay of a message. */
  readonly lateMs: number;
  /**
   * Time from election to death of each leader, which restarts 2 s later as another. Absent: only mishaps stop a
   * leader.
   */
  readonly dieAfterMs?: number;
  /** Broken rules, to test the search: servers ignore the time that a machine slept; leaders grant without a wait. */
  readonly blindToSleep?: boolean;
  readonly hasty?: boolean;
}
/** Violated invariants, and the number of leaders. */
export interface Outcome {
  readonly problems: readonly string[];
  readonly elections: number;
  /** Longest time from the end of one leadership to the beginning of the next. */
  readonly vacantMs: number;
}

type Standing =
  | { readonly at: "standby" }
  | { readonly at: "leader"; readonly epoch: number; readonly asked: ClockReading; readonly sinceMs: number };

interface Server {
  name: string;
  readonly rate: number;
  nowMs: number;
  uptimeMs: number;
  /**
   * True time until which the server is stopped; `isAsleep`: the server's machine sleeps, so that one clock stands
   * still.
   */
  stoppedUntil: number;
  isAsleep: boolean;
  sight: RowObservation | null;
  standing: Standing;
  nextMs: number;
  /** Number of the pending question; a later question voids the answer. */
  asking: number;
}
interface Message {
  readonly atMs: number;
  readonly deliver: () => void;
  /** Receiving server; null: the message goes to the database. */
  readonly to: Server | null;
}

class Elections {
  readonly #world: World;
  readonly #roll: () => number;
  readonly #servers: readonly Server[];
  #row: LeaderRow = { epoch: 0, beat: 0, holder: null, url: null, expiresMs: null };
  #databaseMs = 1e12;
  #trueMs = 0;
  #messages: Message[] = [];
  #grantsOverMs = 0;
  #ledMs = 0;
  #highest = 0;
  readonly problems: string[] = [];
  elections = 0;
  vacantMs = 0;

  constructor(world: World) {
    this.#world = world;
    this.#roll = dice(world.seed, "elections");
    this.#servers = Array.from({ length: world.servers }, (_, i) => ({
      ...{ name: `server-${i}`, rate: 0.995 + 0.01 * this.#roll() },
      ...{ nowMs: 1e6 * this.#roll(), uptimeMs: 1e7 * this.#roll(), stoppedUntil: 0, isAsleep: false },
      ...{ sight: null, standing: { at: "standby" }, nextMs: POLL_MS * this.#roll(), asking: 0 },
    }));
  }
  run(): Outcome {
    while (this.#trueMs < this.#world.lengthMs && this.problems.length === 0) this.#step();
    const { problems, elections, vacantMs } = this;
    return { problems, elections, vacantMs };
  }

  #step(): void {
    this.#trueMs += STEP_MS;
    this.#databaseMs += STEP_MS;
    for (const server of this.#servers) this.#pass(server);
    if (this.#chance(20 * this.#world.mishapEachMs)) this.#databaseMs += (this.#roll() - 0.5) * 40_000;
    const due = this.#messages.filter(({ atMs, to }) => atMs <= this.#trueMs && (to === null || this.#isAwake(to)));
    this.#messages = this.#messages.filter((message) => !due.includes(message));
    for (const { deliver } of due) deliver();
    for (const server of this.#servers) if (this.#isAwake(server) && this.#trueMs >= server.nextMs) this.#act(server);
    this.#watch();
  }
  #chance(eachMs: number): boolean {
    return eachMs > 0 && this.#roll() < STEP_MS / eachMs;
  }
  #pass(server: Server): void {
    const { mishapEachMs } = this.#world;
    server.uptimeMs += STEP_MS * server.rate;
    if (!server.isAsleep || this.#isAwake(server)) server.nowMs += STEP_MS * server.rate;
    if (this.#isDying(server)) {
      server.standing = { at: "standby" };
      server.sight = null;
      server.stoppedUntil = this.#trueMs + 2_000;
      server.name += "+";
      server.asking++;
    }
    if (this.#isAwake(server) && this.#chance(mishapEachMs)) {
      server.stoppedUntil = this.#trueMs + 8_000 * this.#roll() ** 2;
      server.isAsleep = this.#roll() < 0.4;
    }
  }
  #isDying({ standing, nowMs }: Server): boolean {
    const { dieAfterMs } = this.#world;
    if (standing.at === "standby" || dieAfterMs === undefined) return false;
    return nowMs - standing.sinceMs > dieAfterMs + ((standing.epoch * 137) % 1_000);
  }
  #isAwake(server: Server): boolean {
    return this.#trueMs >= server.stoppedUntil;
  }
  #read({ nowMs, uptimeMs }: Server): ClockReading {
    return { nowMs, uptimeMs: this.#world.blindToSleep === true ? 0 : uptimeMs };
  }

  /**
   * Sends a question, answered by the database's state on arrival, and returns the answer; either message may be lost.
   */
  #ask<T>(server: Server, answer: () => T, hear: (answer: T) => void): void {
    const asking = ++server.asking;
    const { lateMs, mishapEachMs } = this.#world;
    const late = () => (this.#roll() < 0.8 ? 40 : lateMs) * this.#roll();
    const isLostOnTheWay = () => mishapEachMs > 0 && this.#roll() < 0.03;
    if (isLostOnTheWay()) return;
    this.#messages.push({
      ...{ atMs: this.#trueMs + late(), to: null },
      deliver: () => {
        const answered = answer();
        if (isLostOnTheWay()) return;
        const heard = () => {
          if (server.asking === asking) hear(answered);
        };
        this.#messages.push({ atMs: this.#trueMs + late(), to: server, deliver: heard });
      },
    });
  }
  #act(server: Server): void {
    const { standing } = server;
    const { timing } = this.#world;
    if (standing.at === "standby") {
      server.nextMs = this.#trueMs + POLL_MS;
      this.#look(server);
    } else if (isLeadLost(standing.asked, this.#read(server), timing)) {
      server.standing = { at: "standby" };
      server.nextMs = this.#trueMs + POLL_MS;
    } else {
      server.nextMs = this.#trueMs + RENEW_MS;
      this.#renew(server, standing);
    }
  }
  #look(server: Server): void {
    const { timing } = this.#world;
    const { name: holder } = server;
    const askedMs = server.nowMs;
    const seen = () => ({ row: this.#row, databaseMs: this.#databaseMs });
    this.#ask(server, seen, ({ row, databaseMs }) => {
      server.sight = observeRow(server.sight, row, server.nowMs);
      if (!mayAcquire(server.sight, { holder, askedMs, databaseMs, timing })) return;
      const asked = this.#read(server);
      const taking = () => this.#change(acquireRow(this.#row, row, { ...{ holder, url: "" }, ...this.#conditions() }));
      this.#ask(server, taking, (taken) => {
        if (taken === null) return;
        this.elections++;
        server.standing = { at: "leader", epoch: taken.epoch, asked, sinceMs: server.nowMs };
        server.nextMs = this.#trueMs + RENEW_MS;
      });
    });
  }
  #renew(server: Server, leader: Extract<Standing, { at: "leader" }>): void {
    const asked = this.#read(server);
    const own = { epoch: leader.epoch, holder: server.name };
    const renewing = () => this.#change(renewRow(this.#row, own, this.#conditions()));
    this.#ask(server, renewing, (renewed) => {
      if (server.standing.at !== "leader" || server.standing.epoch !== leader.epoch) return;
      server.standing = renewed === null ? { at: "standby" } : { ...server.standing, asked };
    });
  }
  #conditions() {
    return { databaseMs: this.#databaseMs, timing: this.#world.timing };
  }
  #change(row: LeaderRow | null): LeaderRow | null {
    if (row !== null) this.#row = row;
    return row;
  }

  /** Checks the leaders that may grant at this moment by the production rule; a sleeping machine grants no leases. */
  #watch(): void {
    const { timing, hasty = false } = this.#world;
    const leaders = this.#servers.flatMap((server) => {
      const { standing } = server;
      const isMute = server.isAsleep && !this.#isAwake(server);
      if (standing.at === "standby" || isMute || !isLeadValid(standing.asked, this.#read(server), timing)) return [];
      return [{ server, standing }];
    });
    if (leaders.length > 1)
      this.problems.push(`at ${this.#trueMs} ms ${leaders.map(({ server }) => server.name).join(" and ")} may grant`);
    const [leader] = leaders;
    if (leader === undefined) return;
    const { epoch, sinceMs } = leader.standing;
    if (epoch < this.#highest) this.problems.push(`at ${this.#trueMs} ms epoch ${epoch} came after ${this.#highest}`);
    if (epoch > this.#highest && this.#highest > 0) this.vacantMs = Math.max(this.vacantMs, this.#trueMs - this.#ledMs);
    const waitMs = hasty ? 0 : surelyOverMs(LEASE_MS);
    if (epoch > this.#highest) this.#grantsOverMs = this.#ledMs === 0 ? 0 : this.#ledMs + LEASE_MS * AGENT_DRIFT;
    this.#highest = epoch;
    this.#ledMs = this.#trueMs;
    const grants = leader.server.nowMs >= sinceMs + waitMs;
    if (grants && this.#trueMs < this.#grantsOverMs)
      this.problems.push(
        `at ${this.#trueMs} ms epoch ${epoch} granted, an older grant lived until ${this.#grantsOverMs}`,
      );
  }
}

export const elections = (world: World): Outcome => new Elections(world).run();
