/** The fleet: the agents that a server knows, and the runs that have faults or watches on them. */
import { CLOSED, LEASE_MS, type ToServer, type Watch } from "../../agent/contract/index.ts";
import type { Mesh } from "../../experiments/model/mesh/mesh.ts";
import type { Boot, EdgeId, FaultName, Instance, RunId } from "../../experiments/model/names.ts";
import type { AgentRef } from "../../experiments/model/run/event.ts";
import { type Alarm, type Clock, every } from "../clock.ts";
import type { Log } from "../log.ts";
import { EdgeCounts, type EdgeTotalsListener } from "../traffic/edge-counts.ts";
import { type Agent, type AgentSocket, STUCK_BYTES } from "./agent.ts";
import { AgentRegistry, type AnyHello, type InstanceView, type KnownBoot } from "./agent-registry.ts";
import { type BootOwner, type CredentialHolder, SERVER_HOLDER } from "./boot-owners.ts";
import { ABNORMAL_CLOSE, type ConnectionClose, ConnectionLog, isCleanClose } from "./connection-log.ts";
import { markedFaults } from "./desired-state.ts";
import { DropAll, type DropAllResult } from "./drop-all.ts";
import { FleetState } from "./fleet-state.ts";
import { MessageHandlers } from "./message-handlers.ts";
import { hasEnded, machineBoot, type ProcessMark, type processMarkOf } from "./process-mark.ts";
import { Reconciler } from "./reconciler.ts";
import { RegisteredRun, type RunCallbacks } from "./registered-run.ts";
import { ResidueAudit } from "./residue-audit.ts";

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
  readonly onBoot: (agent: Agent, hold: BootOwner) => Promise<void> | void;
  /** An agent obeyed a server of a later epoch than this one: it refuses all that comes from here. */
  readonly onLaterEpoch?: (epoch: number, instance: string) => void;
  /** Boots of which nothing needs to be on record any more. */
  readonly onForgotten?: (boots: readonly Boot[]) => void;
  readonly onPassed?: EdgeTotalsListener;
  /** Whose each boot is, as earlier servers wrote it down. A boot that is not here and that a run expects is nobody's. */
  readonly known?: readonly BootOwner[];
  readonly log: Log;
  readonly markOf?: typeof processMarkOf;
  readonly isGone?: (mark: ProcessMark) => boolean;
}
/** One connection, once it has said hello. */
export interface AgentConnection {
  receive(message: ToServer): void;
  /** It said something that only its own version understands. */
  receiveForeign(): void;
  /** `how`: default: it was cut. */
  closed(how?: ConnectionClose): void;
}
export type { DropAllResult, InstanceView, KnownBoot };

const TICK_MS = 250;
/** A halt-all waits so long for the word of the agents that are connected; their leases would be over by then. */
const DROP_ALL_MS = 5_000;
/** Nothing was heard of it for so long: its connection is dead, whatever the kernel says. */
const SILENT_MS = 3 * LEASE_MS;
/** A process that was not heard of for so long is no longer shown, unless a run still asks for it, or it is missing. */
const FORGET_AFTER_MS = 60 * 60_000;

export class Fleet {
  /** What passes each edge, as the agents tell it. */
  readonly traffic: EdgeCounts;
  readonly #config: FleetConfig;
  readonly #state: FleetState;
  readonly #reconciler: Reconciler;
  readonly #handlers: MessageHandlers;
  readonly #registry: AgentRegistry;
  readonly #connectionLog: ConnectionLog;
  #isClosing = false;
  readonly #ticks: Alarm;
  /** Of boots on record that never came: null once they are forgotten. */
  #unseenExpireMs: number | null;
  readonly #dropAlls = new Set<DropAll>();
  readonly #listeners = new Set<(agent: InstanceView) => void>();

  constructor(config: FleetConfig) {
    const { clock, cluster = null, mayGrant = () => true, mesh, onBoot, onForgotten = () => {}, known = [] } = config;
    this.#config = config;
    this.traffic = new EdgeCounts(clock, config.onPassed);
    this.#state = new FleetState({ ...config, mayGrant });
    this.#reconciler = new Reconciler(this.#state);
    this.#connectionLog = new ConnectionLog(config);
    const mark = config.markOf === undefined ? {} : { markOf: config.markOf };
    const onExit = (agent: Agent) => this.#markExited(agent);
    const forget = (boots: readonly Boot[]) => {
      for (const boot of boots) this.traffic.forget(boot);
      onForgotten(boots);
    };
    const onRecorded = (agent: Agent) => this.#handlers.announce(agent);
    this.#registry = new AgentRegistry(this.#state, {
      mesh,
      cluster,
      known,
      onBoot,
      onRecorded,
      onForgotten: forget,
      onExit,
      ...mark,
    });
    this.#unseenExpireMs = clock.nowMs() + FORGET_AFTER_MS;
    this.#handlers = new MessageHandlers({
      ...{ state: this.#state, reconciler: this.#reconciler, traffic: this.traffic },
      onReady: (agent) => this.#announce(agent),
      onUnrecorded: (agent) => this.#registry.record(agent),
      onFenced: (agent, epoch) => this.#reportLaterEpoch(agent, epoch),
      onAttest: (boot, nonce, remains) => {
        for (const dropAll of this.#dropAlls) dropAll.attested(boot, nonce, remains);
      },
    });
    this.#ticks = every(clock, TICK_MS, () => this.#tick());
  }
  /** `code` and `why` are what the agents are told: a server that leads no more names the one that does. */
  close(code = 1001, why = "the server is closing"): void {
    this.#isClosing = true;
    this.#ticks.cancel();
    this.#state.sparse.close();
    this.#connectionLog.close();
    for (const agent of this.#state.agents.values()) agent.close(code, why);
  }

  // -- agents ----------------------------------------------------------------------------------------------------------

  /** A connection that has said hello; null: it was refused. `holder`: the credential that it came with. */
  connect(socket: AgentSocket, hello: AnyHello, holder: CredentialHolder = SERVER_HOLDER): AgentConnection | null {
    const awayMs = this.#registry.awayMs(hello);
    const admitted = this.#registry.admit(socket, hello, holder);
    if (admitted === null) return null;
    const { agent, session } = admitted;
    this.#connectionLog.arrived(agent, awayMs);
    // Faults that another server granted are in no desired state of this one.
    const isAkin = this.#isSameCluster(hello);
    const isOurs = isAkin && "epoch" in hello.table && hello.table.epoch === this.#state.epoch;
    if (hello.table.ids.length > 0 && (!isOurs || !this.#state.isInRun(agent.boot))) this.#reconciler.drop(agent);
    if (isAkin && "seen" in hello) this.#reportLaterEpoch(agent, hello.seen.epoch);
    // Audits that wait for it ask at once.
    this.#audit();
    const isCurrent = () => {
      if (agent.link?.session !== session) return false;
      if (this.#registry.isCredentialValid(agent.link)) return true;
      agent.close(CLOSED.impostor, "its credential has expired or was revoked");
      return false;
    };
    return {
      receive: (message) => {
        if (!isCurrent()) return;
        this.#connectionLog.heard(agent);
        this.#handlers.handle(agent, message);
      },
      receiveForeign: () => {
        if (!isCurrent()) return;
        this.#connectionLog.heard(agent);
        agent.heardMs = this.#state.clock.nowMs();
      },
      closed: (how = ABNORMAL_CLOSE) => {
        // Another connection of the same process may stand already.
        if (agent.link !== null && agent.link.session !== session) return;
        agent.link = null;
        if (this.#isClosing) return;
        this.#connectionLog.closed(agent, how);
        if (isCleanClose(how)) this.#registry.markDeparted(agent.instance);
      },
    };
  }
  /** Whether the epochs of a hello are those of this server's database. An agent that does not tell is taken for akin. */
  #isSameCluster(hello: AnyHello): boolean {
    const { cluster } = this.#config;
    return cluster === undefined || !("cluster" in hello) || hello.cluster === "" || hello.cluster === cluster;
  }
  #reportLaterEpoch({ instance }: Agent, epoch: number): void {
    if (epoch > this.#state.epoch) this.#config.onLaterEpoch?.(epoch, instance);
  }
  #announce(agent: Agent): void {
    if (agent.isForeign) return;
    this.#connectionLog.ready(agent);
    const view = this.#registry.view(agent);
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
    return this.agents().map((agent) => this.#registry.view(agent));
  }
  /** Every instance that is there or missing, once. */
  instanceStates() {
    return this.#registry.instanceStates();
  }
  /** An instance that is missing will not come back. Answers what kept it from being retired. */
  retire(instance: Instance): "retired" | "unknown" | "connected" {
    return this.#registry.retire(instance);
  }
  agents(): Agent[] {
    return [...this.#state.agents.values()];
  }
  /** Connected agents that have pulsed, so that an order can be based on something. */
  ready(): Agent[] {
    const nowMs = this.#state.clock.nowMs();
    return this.agents().filter((agent) => agent.isReady(nowMs) && !agent.isForeign);
  }
  /** The newest generation sent to an agent. */
  sentGen(boot: Boot): number {
    return this.#state.agents.get(boot)?.sent.gen ?? 0;
  }
  /** Whether an agent with this credential was here lately. */
  hasBootsOf(credential: string): boolean {
    return this.#registry.hasBootsOf(credential);
  }
  /** A token ended: its agents are closed at once, and what is still in the air of them is not heard. */
  revokeCredential(credential: string): void {
    this.#registry.revoke(credential);
  }
  /** An agent's process, as an earlier server wrote it down: its end can then be witnessed. */
  expect({ boot, instance, mark }: KnownBoot): void {
    this.#registry.expect({ boot, instance }, mark);
  }
  /** Its parent saw this process, of this machine, end: whatever it did to traffic is over. */
  agentExited(pid: number): void {
    const here = machineBoot();
    for (const agent of this.agents())
      if (agent.pid === pid && agent.mark.machineBoot === here) this.#markExited(agent);
  }
  #markExited(agent: Agent): void {
    if (agent.exited) return;
    agent.exited = true;
    this.#handlers.reportLost(agent, "exited");
    this.#audit();
  }

  /** The mesh is another one: every agent is told what it serves. Runs with faults on an edge that went lose that agent. */
  setMesh(mesh: Mesh): void {
    this.#registry.setMesh(mesh, (agent, edges) => {
      const affected = [...this.#state.runs.values()].filter((run) => run.hasFaultOn(agent.boot, edges));
      this.#handlers.reportLost(agent, "lapsed", affected);
      if (affected.length > 0) this.#reconciler.reconcile(agent);
    });
  }

  /**
   * Empties every agent at once, whatever any run says, and closes the gates of all runs for good. Ahead of every queue:
   * it needs no database, no journal and no runner. Resolves when all that are connected have attested, or after 5 s.
   */
  haltAll(): Promise<DropAllResult> {
    for (const run of this.#state.runs.values()) run.closeGate();
    const dropAll = new DropAll(this.#state, DROP_ALL_MS);
    this.#dropAlls.add(dropAll);
    return dropAll.done.finally(() => this.#dropAlls.delete(dropAll));
  }

  // -- runs ------------------------------------------------------------------------------------------------------------

  register(callbacks: RunCallbacks): void {
    this.#state.runs.set(callbacks.plan.run, new RegisteredRun(callbacks));
  }
  /**
   * The agents that the run's journal names, each with the faults that it holds: no other is ever sent a fault of it.
   * Called again, it adds: nobody leaves a run before its audit. One that has not come yet is waited for by the audit.
   */
  assign(id: RunId, refs: readonly AgentRef[]): void {
    this.#with(id, (run) => {
      for (const ref of refs) this.#registry.expect(ref);
      run.assign(refs);
      this.#state.invalidate();
      this.#reconciler.reconcileRun(run);
    });
  }
  /** The run's agents that can still tell something; of an edge: those that serve it. */
  connectedAgents(id: RunId, edge?: EdgeId): Boot[] {
    const run = this.#state.runs.get(id);
    if (run === undefined) return [];
    const agents = this.#state.agentsOf(run).filter(({ link, exited }) => link !== null && !exited);
    return agents.filter((agent) => edge === undefined || agent.edges.includes(edge)).map(({ boot }) => boot);
  }
  /**
   * The run's agents that tell marks and are still connected. `isPartial`: on an edge with its faults there is one that
   * does not know how, so that what the others tell is a lower bound. `isDrawn`: all of them draw requests by their marks.
   */
  markSupport(id: RunId): {
    readonly telling: readonly Boot[];
    readonly isPartial: boolean;
    readonly isDrawn: boolean;
  } {
    const run = this.#state.runs.get(id);
    if (run === undefined) return { telling: [], isPartial: false, isDrawn: false };
    const asked = this.#state
      .agentsOf(run)
      .filter((agent) => markedFaults(run, run.assignments.get(agent.boot)!, agent.edges).length > 0);
    const telling = asked.filter(({ supportsMarks, link, exited }) => supportsMarks && link !== null && !exited);
    return {
      telling: telling.map(({ boot }) => boot),
      isPartial: asked.some(({ supportsMarks }) => !supportsMarks),
      isDrawn: asked.every(({ samplesByMarks }) => samplesByMarks),
    };
  }
  setDesired(id: RunId, revision: number, faults: readonly FaultName[]): void {
    this.#with(id, (run) => {
      run.setDesired(revision, faults);
      this.#state.invalidate();
      this.#reconciler.reconcileRun(run);
    });
  }
  watch(id: RunId, watches: readonly Watch[]): void {
    this.#with(id, (run) => {
      run.watch(watches);
      this.#state.invalidate();
      this.#reconciler.reconcileRun(run);
    });
  }
  /** Nothing of this run may be held from here on. Ahead of every queue; `revert` then asks for proof. */
  withdraw(id: RunId): void {
    this.#with(id, (run) => {
      if (run.faults.length === 0) return;
      run.closeGate();
      this.#state.invalidate();
      for (const agent of this.#state.agentsOf(run)) this.#reconciler.drop(agent);
    });
  }
  /** Takes everything of this run away, now. Needs no journal and no runner; asks until every agent is graded. */
  revert(id: RunId, revision: number): void {
    this.#with(id, (run) => {
      run.closeGate();
      this.#state.invalidate();
      run.audit = new ResidueAudit(
        this.#state.agentsOf(run),
        this.#state.clock.nowMs(),
        (boot, grade, detail) => run.callbacks.post({ type: "graded", boot, revision, grade, detail }),
        (agent) => this.#reconciler.afterDrop(agent),
      );
    });
  }
  unregister(id: RunId): void {
    this.#with(id, (run) => {
      this.#state.runs.delete(id);
      this.#state.invalidate();
      this.#reconciler.reconcileRun(run);
    });
  }
  #with(id: RunId, work: (run: RegisteredRun) => void): void {
    const run = this.#state.runs.get(id);
    if (run !== undefined) work(run);
  }

  // -- four times a second ---------------------------------------------------------------------------------------------

  #tick(): void {
    this.#reconciler.closeExpiredGates();
    const nowMs = this.#state.clock.nowMs();
    const isOver = this.#config.isGone ?? hasEnded;
    for (const agent of this.#state.agents.values()) {
      if (agent.link === null && !agent.exited && isOver(agent.mark)) this.#markExited(agent);
      else if (!agent.exited && nowMs - agent.heardMs > LEASE_MS) this.#fallSilent(agent);
      this.#closeIfDead(agent, nowMs);
    }
    this.#forget(nowMs);
    this.#audit();
  }
  #forget(nowMs: number): void {
    this.#registry.forgetDeparted();
    const isOld = (agent: Agent) => agent.link === null && nowMs - agent.heardMs > FORGET_AFTER_MS;
    const isOver = (agent: Agent) => isOld(agent) && this.#registry.stateOf(agent) === "left";
    const boots = this.agents().flatMap((agent) =>
      isOver(agent) && !this.#state.isInRun(agent.boot) ? [agent.boot] : [],
    );
    if (this.#unseenExpireMs !== null && nowMs >= this.#unseenExpireMs) {
      this.#unseenExpireMs = null;
      boots.push(...this.#registry.unseenBoots());
    }
    this.#registry.forget(boots);
  }
  #fallSilent(agent: Agent): void {
    if (agent.link !== null) this.#connectionLog.silent(agent);
    this.#handlers.reportLost(agent, "silent");
  }
  #closeIfDead(agent: Agent, nowMs: number): void {
    if (agent.link === null) return;
    if (agent.link.socket.bufferedBytes() > STUCK_BYTES)
      agent.close(CLOSED.stalled, "it does not read what it is sent");
    else if (nowMs - agent.heardMs > SILENT_MS) agent.close(CLOSED.stalled, "it was silent for too long");
  }
  #audit(): void {
    for (const { audit } of this.#state.runs.values()) audit?.tick(this.#state.clock.nowMs());
  }
}
