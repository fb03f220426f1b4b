/**
 * Simulated world in fake time: two agents and a succession of servers, a database that answers late, and messages with
 * a transit time. Every step checks the invariants.
 */
import { checkJournal } from "../../experiments/model/journal/journal.ts";
import { asInstance, type RunId } from "../../experiments/model/names.ts";
import type { Policy } from "../../experiments/model/policy/policy.ts";
import { LOCAL } from "../../server/security/roles.ts";
import { digest } from "../../server/store/chain.ts";
import { listClaims } from "../../server/store/claims.ts";
import { readRecords } from "../../server/store/journal.ts";
import type { Store } from "../../server/store/open.ts";
import { findRun } from "../../server/store/runs.ts";
import { FakeClock } from "../server/fake-clock.ts";
import { AgentInTime } from "./agent-in-time.ts";
import {
  beginInTime,
  experimentInTime,
  openInMemory,
  pass,
  passUntil,
  submissionOf,
  type TermInTime,
} from "./term-in-time.ts";

export type Op =
  | { readonly do: "start"; readonly edge: number }
  | { readonly do: "halt all" | "release" | "freeze" | "thaw" | "crash" | "depose" | "cut off" };
export const EDGES = [
  { from: "checkout", to: "payments" },
  { from: "gateway", to: "catalog" },
  { from: "gateway", to: "*" },
] as const;

/** Time until a freeze reaches the agents: a tick of the runs, plus the transit time. */
const FREEZE_WITHIN_MS = 2_000;
/** Longest duration of any lease, whether or not the agent can be reached. */
const LEASE_MS = 5_000;
/** Time from the end of a server's lead, by the server's clock, until another server is elected. */
const UNTIL_ELECTED_MS = 2_000;
const RECONNECT_MS = 8_000;
const STEP_MS = 25;

const HOLIDAYS: Policy = {
  ...{ name: "holidays", labels: {}, annotations: {}, description: "", who: null, where: null, allow: null },
  ...{ protected: [], timeZone: "UTC", windows: [] },
  freezes: [
    {
      from: { year: 2020, month: 1, day: 1, minute: 0 },
      to: { year: 2030, month: 1, day: 1, minute: 0 },
      reason: "holidays",
    },
  ],
};

/** Ban: an interval in which no agent may apply a fault set; from a lease after the start no fault may act. */
interface Ban {
  readonly why: "halted" | "frozen";
  readonly fromMs: number;
  toMs: number;
}
interface Server extends TermInTime {
  readonly fate: { dead: boolean; leads: boolean };
  /** Number of starts that are being admitted. */
  pending: number;
}

export class World {
  readonly problems: string[] = [];
  readonly bans: Ban[] = [];
  readonly #clock = new FakeClock();
  readonly #store: Store;
  readonly #agents: readonly AgentInTime[];
  readonly #started: RunId[] = [];
  #dice: number;
  #server!: Server;
  #frozen = false;
  #releases = 0;
  #seen = 0;

  constructor(store: Store, seed: number) {
    this.#store = store;
    this.#dice = seed;
    this.#agents = ["shop-a", "shop-b"].map(
      (name) => new AgentInTime(this.#clock, asInstance(name), { delayMs: () => this.#random(300) }),
    );
  }
  static async begin(seed: number): Promise<World> {
    const world = new World(await openInMemory(), seed);
    world.#server = await world.#elect();
    for (const agent of world.#agents) agent.connect(world.#server.fleet);
    return world;
  }
  /** Number of fault sets that all agents have applied. */
  get taken(): number {
    return this.#agents.reduce((sum, { taken }) => sum + taken.length, 0);
  }

  /** Random number by the linear congruential generator of ANSI C. */
  #random(below: number): number {
    this.#dice = (Math.imul(this.#dice, 1_103_515_245) + 12_345) & 0x7fffffff;
    return this.#dice % below;
  }
  async #elect(): Promise<Server> {
    const fate = { dead: false, leads: true };
    const policies = async () => (this.#frozen ? [HOLIDAYS] : []);
    const term = await beginInTime(this.#clock, this.#late(fate), { policies, leads: () => fate.leads });
    return { ...term, fate, pending: 0 };
  }
  /**
   * Database whose answers are late, both before and after the query runs. A call that a dead server made waits for
   * ever.
   */
  #late(fate: { readonly dead: boolean }): Store {
    const clock = this.#clock;
    // Some answers, rarely, are so late that the journal counts the database as lost.
    const delayMs = () => (this.#random(40) === 0 ? 2_500 : this.#random(150));
    const pause = () =>
      new Promise<void>((resolve) => void clock.wake(clock.nowMs() + delayMs(), () => fate.dead || resolve()));
    const transaction = () => ({
      execute: async (work: never) => {
        await pause();
        const result = await this.#store.db.transaction().execute(work);
        await pause();
        return result;
      },
    });
    const db = new Proxy(this.#store.db, {
      get: (target, key) => {
        const value = Reflect.get(target, key, target) as unknown;
        if (key === "transaction") return transaction;
        return typeof value === "function" ? value.bind(target) : value;
      },
    });
    return { ...this.#store, db };
  }

  /** Begins an operation; the call waits only for an operation that takes a server away. */
  async does(op: Op): Promise<void> {
    const work = (this.#perform[op.do] as (op: Op) => unknown)(op);
    if (op.do === "crash" || op.do === "depose") await this.#during(work);
  }
  readonly #perform: { readonly [D in Op["do"]]: (op: Extract<Op, { do: D }>) => unknown } = {
    start: ({ edge }) => {
      const server = this.#server;
      server.pending++;
      return server.runs
        .start(submissionOf(experimentInTime(EDGES[edge])))
        .then(({ id }) => this.#started.push(id))
        .catch(() => {})
        .finally(() => server.pending--);
    },
    "halt all": () => {
      const releases = this.#releases;
      const halting = { because: "operator", reason: "enough", recover: false } as const;
      // A release that was requested after this halt ends the halt, even before the release is acknowledged.
      const acknowledged = () => releases === this.#releases && this.#ban("halted", 0);
      return this.#server.runs.haltAll(halting, { latch: true, by: LOCAL }).then(acknowledged, () => {});
    },
    release: () => this.#release(),
    freeze: () => {
      if (!this.#frozen) this.#ban("frozen", FREEZE_WITHIN_MS);
      this.#frozen = true;
    },
    thaw: () => {
      this.#frozen = false;
      this.#unban("frozen");
    },
    crash: async () => {
      this.#server.fate.dead = true;
      this.#server.kill();
      for (const agent of this.#agents) agent.cut();
      await this.#succeed();
    },
    // The deposed server continues as if it led, but grants no leases; writes of the deposed server are refused once
    // another was elected.
    depose: async () => {
      this.#server.fate.leads = false;
      await pass(this.#clock, UNTIL_ELECTED_MS);
      await this.#succeed();
    },
    "cut off": () => {
      const agent = this.#agents[this.#random(this.#agents.length)]!;
      agent.cut();
      this.#reconnect(agent);
    },
  };
  #release(): Promise<unknown> {
    this.#releases++;
    this.#unban("halted");
    return this.#server.runs.release(LOCAL).catch(() => {});
  }
  async #succeed(): Promise<void> {
    this.#server = await this.#elect();
    for (const agent of this.#agents) this.#reconnect(agent);
  }
  /** Reconnects the agent to the server that leads by then. */
  #reconnect(agent: AgentInTime): void {
    const atMs = this.#clock.nowMs() + this.#random(RECONNECT_MS);
    this.#clock.wake(atMs, () => agent.connect(this.#server.fleet));
  }
  #ban(why: Ban["why"], inMs: number): void {
    this.bans.push({ why, fromMs: this.#clock.nowMs() + inMs, toMs: Number.POSITIVE_INFINITY });
  }
  #unban(why: Ban["why"]): void {
    const nowMs = this.#clock.nowMs();
    for (const ban of this.bans) if (ban.why === why) ban.toMs = Math.min(ban.toMs, nowMs);
  }

  /** Advances fake time by `ms`. */
  async goesOn(ms: number): Promise<void> {
    for (let gone = 0; gone < ms; gone += STEP_MS) {
      await pass(this.#clock, STEP_MS);
      this.#look();
    }
  }
  /** Advances fake time until the work is done. */
  async #during(work: unknown): Promise<void> {
    let isDone = false;
    void Promise.resolve(work).finally(() => {
      isDone = true;
    });
    while (!isDone) await this.goesOn(STEP_MS);
  }
  #look(): void {
    this.#lookForTaken();
    const nowMs = this.#clock.nowMs();
    const ban = this.bans.find(({ fromMs, toMs }) => fromMs + LEASE_MS <= nowMs && nowMs < toMs);
    if (ban !== undefined && this.#agents.some(({ live }) => live.length > 0))
      this.problems.push(`a fault acts at ${nowMs}, ${ban.why} since ${ban.fromMs}`);
    const runs = new Map<string, Set<string>>();
    for (const { edge, run } of this.#agents.flatMap(({ live }) => live))
      runs.set(edge, (runs.get(edge) ?? new Set()).add(run));
    for (const [edge, those] of runs)
      if (those.size > 1) this.problems.push(`${[...those].join(" and ")} strike ${edge} at ${nowMs}`);
  }
  #lookForTaken(): void {
    const taken = this.#agents.flatMap((agent) => agent.taken.map(({ atMs }) => ({ atMs, who: agent.instance })));
    for (const { atMs, who } of taken.toSorted((a, b) => a.atMs - b.atMs).slice(this.#seen)) {
      const ban = this.bans.find(({ fromMs, toMs }) => fromMs <= atMs && atMs < toMs);
      if (ban !== undefined) this.problems.push(`${who} took faults at ${atMs}, ${ban.why} since ${ban.fromMs}`);
    }
    this.#seen = taken.length;
  }

  /**
   * Ends the simulation: lifts every ban, lets all runs finish, and checks that no fault, claim or run is left over.
   */
  async ends(): Promise<void> {
    await this.goesOn(3_000);
    await this.does({ do: "thaw" });
    await this.#during(this.#release());
    const isQuiet = () => this.#server.pending === 0 && this.#server.runs.all().length === 0;
    await passUntil(this.#clock, "every run is over", isQuiet, 400_000).catch((error: Error) =>
      this.problems.push(error.message),
    );
    await this.goesOn(8_000);
    await this.#lookForLeftovers();
    this.#server.kill();
    await this.#store.close();
  }
  async #lookForLeftovers(): Promise<void> {
    const { db } = this.#store;
    for (const { instance, live } of this.#agents)
      if (live.length > 0) this.problems.push(`${instance} still has faults`);
    for (const { resource, run } of await listClaims(db)) this.problems.push(`${run} still claims ${resource}`);
    for (const id of this.#started) {
      const row = await findRun(db, id);
      if (row?.closed !== 1 || row.verdict === null)
        this.problems.push(`${id} is ${row?.state ?? "lost"}, not finished`);
      for (const problem of checkJournal(await readRecords(db, id), digest)) this.problems.push(`${id}: ${problem}`);
    }
  }
}
