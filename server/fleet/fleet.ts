/** The agents a server knows, and the runs that wish something of them. */
import { CLOSED, LEASE_MS, type ToServer, type Watch } from "../../agent/contract/index.ts";
import type { Mesh } from "../../experiments/model/mesh/mesh.ts";
import type { Boot, EdgeId, FaultName, Instance, RunId } from "../../experiments/model/names.ts";
import type { AgentRef } from "../../experiments/model/run/event.ts";
import { type Alarm, type Clock, every } from "../clock.ts";
import type { Log } from "../log.ts";
import { EdgeCounts, type EdgeTotalsListener } from "../traffic/edge-counts.ts";
import { type Agent, type AgentSocket, STUCK_BYTES } from "./agent.ts";
import { Audit } from "./audit.ts";
import { Books } from "./books.ts";
import { type Cleared, Clearing } from "./clearing.ts";
import { Dispatch } from "./dispatch.ts";

import { Enlisted, type RunVoice } from "./enlisted.ts";
import { Hearing } from "./hearing.ts";
import { type Hold, type Holder, OWNER } from "./holds.ts";
import { type Closing, CUT, isGoodbye, Presence } from "./presence.ts";
import { isGone, machineBoot, type markOf, type ProcessMark } from "./processes.ts";
import { type AnyHello, type InstanceView, type KnownBoot, Roster } from "./roster.ts";
import { markedFaults } from "./wish.ts";

export interface FleetConfig {
  readonly clock: Clock;
  /** Of this leadership: agents refuse the orders of an earlier one. */
  readonly epoch: number;
  /** Names the database whose epochs these are; absent: agents are not told, and take all servers for those of one database. */
  readonly cluster?: string;
  /** null: none is known yet; agents keep what they serve. */
  readonly mesh: Mesh | null;
  /**
   * Whether faults may be granted at this moment: this server leads, and nobody has halted everything. Asked before each
   * send that adds or prolongs; what takes away is always sent. Default: they may.
   */
  readonly mayGrant?: () => boolean;
  /** Writes down whose boot this is; the agent is given no fault before that is done. */
  readonly onBoot: (agent: Agent, hold: Hold) => Promise<void> | void;
  /** An agent obeyed a server of a later epoch than this one: it refuses all that comes from here. */
  readonly onLaterEpoch?: (epoch: number, instance: string) => void;
  /** Boots of which nothing needs to be on record any more. */
  readonly onForgotten?: (boots: readonly Boot[]) => void;
  readonly onPassed?: EdgeTotalsListener;
  /** Whose each boot is, as earlier servers wrote it down. A boot that is not here and that a run expects is nobody's. */
  readonly known?: readonly Hold[];
  readonly log: Log;
  readonly markOf?: typeof markOf;
  readonly isGone?: (mark: ProcessMark) => boolean;
}
/** One connection, once it has said hello. */
export interface AgentLine {
  heard(message: ToServer): void;
  /** It said something that only its own version understands. */
  alive(): void;
  /** `how`: default: it was cut. */
  closed(how?: Closing): void;
}
export type { Cleared, InstanceView, KnownBoot };

const LOOK_MS = 250;
/** A halt-all waits so long for the word of the agents that are connected; their leases would be over by then. */
const CLEARED_WITHIN_MS = 5_000;
/** Nothing was heard of it for so long: its connection is dead, whatever the kernel says. */
const SILENT_MS = 3 * LEASE_MS;
/** A process that was not heard of for so long is no longer shown, unless a run still asks for it, or it is missing. */
const FORGOTTEN_MS = 60 * 60_000;

export class Fleet {
  /** What passes each edge, as the agents tell it. */
  readonly traffic: EdgeCounts;
  readonly #config: FleetConfig;
  readonly #books: Books;
  readonly #dispatch: Dispatch;
  readonly #hearing: Hearing;
  readonly #roster: Roster;
  readonly #presence: Presence;
  #isClosing = false;
  readonly #looking: Alarm;
  /** Of boots on record that never came: null once they are forgotten. */
  #strangersLeaveMs: number | null;
  readonly #clearings = new Set<Clearing>();
  readonly #listeners = new Set<(agent: InstanceView) => void>();

  constructor(config: FleetConfig) {
    const { clock, cluster = null, mayGrant = () => true, mesh, onBoot, onForgotten = () => {}, known = [] } = config;
    this.#config = config;
    this.traffic = new EdgeCounts(clock, config.onPassed);
    this.#books = new Books({ ...config, mayGrant });
    this.#dispatch = new Dispatch(this.#books);
    this.#presence = new Presence(config);
    const mark = config.markOf === undefined ? {} : { markOf: config.markOf };
    const onExit = (agent: Agent) => this.#ended(agent);
    const forget = (boots: readonly Boot[]) => {
      for (const boot of boots) this.traffic.forget(boot);
      onForgotten(boots);
    };
    const onRecorded = (agent: Agent) => this.#hearing.announce(agent);
    this.#roster = new Roster(this.#books, {
      mesh,
      cluster,
      known,
      onBoot,
      onRecorded,
      onForgotten: forget,
      onExit,
      ...mark,
    });
    this.#strangersLeaveMs = clock.nowMs() + FORGOTTEN_MS;
    this.#hearing = new Hearing({
      ...{ books: this.#books, dispatch: this.#dispatch, traffic: this.traffic },
      onReady: (agent) => this.#announce(agent),
      onUnrecorded: (agent) => this.#roster.record(agent),
      onFenced: (agent, epoch) => this.#later(agent, epoch),
      onAttest: (boot, nonce, remains) => {
        for (const clearing of this.#clearings) clearing.attested(boot, nonce, remains);
      },
    });
    this.#looking = every(clock, LOOK_MS, () => this.#look());
  }
  /** `code` and `why` are what the agents are told: a server that leads no more names the one that does. */
  close(code = 1001, why = "the server is closing"): void {
    this.#isClosing = true;
    this.#looking.cancel();
    this.#books.sparse.close();
    this.#presence.close();
    for (const agent of this.#books.agents.values()) agent.close(code, why);
  }

  // -- agents ----------------------------------------------------------------------------------------------------------

  /** A connection that has said hello; null: it was refused. `holder`: the credential that it came with. */
  connect(socket: AgentSocket, hello: AnyHello, holder: Holder = OWNER): AgentLine | null {
    const awayMs = this.#roster.awayMs(hello);
    const admitted = this.#roster.admit(socket, hello, holder);
    if (admitted === null) return null;
    const { agent, session } = admitted;
    this.#presence.arrived(agent, awayMs);
    // What it holds by another server's word is nobody's wish here.
    const isAkin = this.#isAkin(hello);
    const isOurs = isAkin && "epoch" in hello.table && hello.table.epoch === this.#books.epoch;
    if (hello.table.ids.length > 0 && (!isOurs || !this.#books.isWanted(agent.boot))) this.#dispatch.drop(agent);
    if (isAkin && "seen" in hello) this.#later(agent, hello.seen.epoch);
    // Audits that wait for it ask at once.
    this.#audit();
    const isCurrent = () => {
      if (agent.link?.session !== session) return false;
      if (this.#roster.isGood(agent.link)) return true;
      agent.close(CLOSED.impostor, "its credential has expired or was revoked");
      return false;
    };
    return {
      heard: (message) => {
        if (!isCurrent()) return;
        this.#presence.heard(agent);
        this.#hearing.hear(agent, message);
      },
      alive: () => {
        if (!isCurrent()) return;
        this.#presence.heard(agent);
        agent.heardMs = this.#books.clock.nowMs();
      },
      closed: (how = CUT) => {
        // Another connection of the same process may stand already.
        if (agent.link !== null && agent.link.session !== session) return;
        agent.link = null;
        if (this.#isClosing) return;
        this.#presence.closed(agent, how);
        if (isGoodbye(how)) this.#roster.leave(agent.instance);
      },
    };
  }
  /** Whether the epochs of a hello are those of this server's database. An agent that does not tell is taken for akin. */
  #isAkin(hello: AnyHello): boolean {
    const { cluster } = this.#config;
    return cluster === undefined || !("cluster" in hello) || hello.cluster === "" || hello.cluster === cluster;
  }
  #later({ instance }: Agent, epoch: number): void {
    if (epoch > this.#books.epoch) this.#config.onLaterEpoch?.(epoch, instance);
  }
  #announce(agent: Agent): void {
    if (agent.isForeign) return;
    this.#presence.ready(agent);
    const view = this.#roster.view(agent);
    for (const listener of this.#listeners) listener(view);
  }
  /** Calls with each agent that can be given orders from now on, and again when it serves other edges. */
  onReady(listener: (agent: InstanceView) => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }
  /** Every agent that was ever heard of, the expected ones too. */
  instances(): InstanceView[] {
    return this.agents().map((agent) => this.#roster.view(agent));
  }
  /** Every instance that is there or missing, once. */
  present() {
    return this.#roster.present();
  }
  /** An instance that is missing will not come back. Answers what kept it from being retired. */
  retire(instance: Instance): "retired" | "unknown" | "connected" {
    return this.#roster.retire(instance);
  }
  agents(): Agent[] {
    return [...this.#books.agents.values()];
  }
  /** Connected agents that have pulsed, so that an order can be based on something. */
  ready(): Agent[] {
    const nowMs = this.#books.clock.nowMs();
    return this.agents().filter((agent) => agent.isReady(nowMs) && !agent.isForeign);
  }
  /** The newest generation sent to an agent. */
  sentGen(boot: Boot): number {
    return this.#books.agents.get(boot)?.sent.gen ?? 0;
  }
  /** Whether an agent with this credential was here lately. */
  hasBootsOf(credential: string): boolean {
    return this.#roster.hasBootsOf(credential);
  }
  /** A token ended: its agents are closed at once, and what is still in the air of them is not heard. */
  revoked(credential: string): void {
    this.#roster.revoke(credential);
  }
  /** An agent's process, as an earlier server wrote it down: its end can then be witnessed. */
  recall({ boot, instance, mark }: KnownBoot): void {
    this.#roster.expect({ boot, instance }, mark);
  }
  /** Its parent saw this process, of this machine, end: whatever it did to traffic is over. */
  agentExited(pid: number): void {
    const here = machineBoot();
    for (const agent of this.agents()) if (agent.pid === pid && agent.mark.machineBoot === here) this.#ended(agent);
  }
  #ended(agent: Agent): void {
    if (agent.exited) return;
    agent.exited = true;
    this.#hearing.lose(agent, "exited");
    this.#audit();
  }

  /** The mesh is another one: every agent is told what it serves. Runs with faults on an edge that went lose that agent. */
  setMesh(mesh: Mesh): void {
    this.#roster.setMesh(mesh, (agent, edges) => {
      const struck = [...this.#books.runs.values()].filter((run) => run.strikes(agent.boot, edges));
      this.#hearing.lose(agent, "lapsed", struck);
      if (struck.length > 0) this.#dispatch.bring(agent);
    });
  }

  /**
   * Empties every agent at once, whatever any run says, and closes the gates of all runs for good. Ahead of every queue:
   * it needs no database, no journal and no runner. Resolves when all that are connected have attested, or after 5 s.
   */
  haltAll(): Promise<Cleared> {
    for (const run of this.#books.runs.values()) run.closeGate();
    const clearing = new Clearing(this.#books, CLEARED_WITHIN_MS);
    this.#clearings.add(clearing);
    return clearing.done.finally(() => this.#clearings.delete(clearing));
  }

  // -- runs ------------------------------------------------------------------------------------------------------------

  enlist(voice: RunVoice): void {
    this.#books.runs.set(voice.plan.run, new Enlisted(voice));
  }
  /**
   * The agents that the run's journal names, each with the faults that it holds: no other is ever sent a fault of it.
   * Called again, it adds: nobody leaves a run before its audit. One that has not come yet is waited for by the audit.
   */
  assign(id: RunId, refs: readonly AgentRef[]): void {
    this.#with(id, (run) => {
      for (const ref of refs) this.#roster.expect(ref);
      run.assign(refs);
      this.#books.changed();
      this.#dispatch.bringAll(run);
    });
  }
  /** The run's agents that can still tell something; of an edge: those that serve it. */
  speaking(id: RunId, edge?: EdgeId): Boot[] {
    const run = this.#books.runs.get(id);
    if (run === undefined) return [];
    const agents = this.#books.agentsOf(run).filter(({ link, exited }) => link !== null && !exited);
    return agents.filter((agent) => edge === undefined || agent.edges.includes(edge)).map(({ boot }) => boot);
  }
  /**
   * The run's agents that tell marks and are still connected. `isPartial`: on an edge with its faults there is one that
   * does not know how, so that what the others tell is a lower bound. `isDrawn`: all of them draw requests by their marks.
   */
  marking(id: RunId): { readonly telling: readonly Boot[]; readonly isPartial: boolean; readonly isDrawn: boolean } {
    const run = this.#books.runs.get(id);
    if (run === undefined) return { telling: [], isPartial: false, isDrawn: false };
    const asked = this.#books
      .agentsOf(run)
      .filter((agent) => markedFaults(run, run.parts.get(agent.boot)!, agent.edges).length > 0);
    const telling = asked.filter(({ knowsMarks, link, exited }) => knowsMarks && link !== null && !exited);
    return {
      telling: telling.map(({ boot }) => boot),
      isPartial: asked.some(({ knowsMarks }) => !knowsMarks),
      isDrawn: asked.every(({ drawsByMarks }) => drawsByMarks),
    };
  }
  wish(id: RunId, revision: number, faults: readonly FaultName[]): void {
    this.#with(id, (run) => {
      run.wish(revision, faults);
      this.#books.changed();
      this.#dispatch.bringAll(run);
    });
  }
  watch(id: RunId, watches: readonly Watch[]): void {
    this.#with(id, (run) => {
      run.watch(watches);
      this.#books.changed();
      this.#dispatch.bringAll(run);
    });
  }
  /** Nothing of this run may be held from here on. Ahead of every queue; `revert` then asks for proof. */
  withdraw(id: RunId): void {
    this.#with(id, (run) => {
      if (run.faults.length === 0) return;
      run.closeGate();
      this.#books.changed();
      for (const agent of this.#books.agentsOf(run)) this.#dispatch.drop(agent);
    });
  }
  /** Takes everything of this run away, now. Needs no journal and no runner; asks until every agent is graded. */
  revert(id: RunId, revision: number): void {
    this.#with(id, (run) => {
      run.closeGate();
      this.#books.changed();
      run.audit = new Audit(
        this.#books.agentsOf(run),
        this.#books.clock.nowMs(),
        (boot, grade, detail) => run.voice.post({ type: "graded", boot, revision, grade, detail }),
        (agent) => this.#dispatch.dropped(agent),
      );
    });
  }
  leave(id: RunId): void {
    this.#with(id, (run) => {
      this.#books.runs.delete(id);
      this.#books.changed();
      this.#dispatch.bringAll(run);
    });
  }
  #with(id: RunId, work: (run: Enlisted) => void): void {
    const run = this.#books.runs.get(id);
    if (run !== undefined) work(run);
  }

  // -- four times a second ---------------------------------------------------------------------------------------------

  #look(): void {
    this.#dispatch.closeGates();
    const nowMs = this.#books.clock.nowMs();
    const hasEnded = this.#config.isGone ?? isGone;
    for (const agent of this.#books.agents.values()) {
      if (agent.link === null && !agent.exited && hasEnded(agent.mark)) this.#ended(agent);
      else if (!agent.exited && nowMs - agent.heardMs > LEASE_MS) this.#fallSilent(agent);
      this.#closeIfDead(agent, nowMs);
    }
    this.#forget(nowMs);
    this.#audit();
  }
  #forget(nowMs: number): void {
    this.#roster.strike();
    const isOld = (agent: Agent) => agent.link === null && nowMs - agent.heardMs > FORGOTTEN_MS;
    const isOver = (agent: Agent) => isOld(agent) && this.#roster.stateOf(agent) === "left";
    const boots = this.agents().flatMap((agent) =>
      isOver(agent) && !this.#books.isWanted(agent.boot) ? [agent.boot] : [],
    );
    if (this.#strangersLeaveMs !== null && nowMs >= this.#strangersLeaveMs) {
      this.#strangersLeaveMs = null;
      boots.push(...this.#roster.strangers());
    }
    this.#roster.forget(boots);
  }
  #fallSilent(agent: Agent): void {
    if (agent.link !== null) this.#presence.silent(agent);
    this.#hearing.lose(agent, "silent");
  }
  #closeIfDead(agent: Agent, nowMs: number): void {
    if (agent.link === null) return;
    if (agent.link.socket.bufferedBytes() > STUCK_BYTES)
      agent.close(CLOSED.stalled, "it does not read what it is sent");
    else if (nowMs - agent.heardMs > SILENT_MS) agent.close(CLOSED.stalled, "it was silent for too long");
  }
  #audit(): void {
    for (const { audit } of this.#books.runs.values()) audit?.tick(this.#books.clock.nowMs());
  }
}
