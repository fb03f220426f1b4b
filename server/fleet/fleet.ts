/** Fleet: the agents that a server knows, and the runs that have faults or watches there. */
import { CLOSED, LEASE_MS, type ToServer, type Watch } from "../../agent/contract/index.ts";
import type { Mesh } from "../../experiments/model/mesh/mesh.ts";
import type { AgentBoot, EdgeId, FaultName, Instance, RunId } from "../../experiments/model/names.ts";
import type { AgentRef } from "../../experiments/model/plan/agents.ts";
import type { Selections } from "../../experiments/model/plan/selections.ts";
import { type Alarm, type Clock, every } from "../clock.ts";
import type { Log } from "../log.ts";
import { EdgeCounts, type EdgeTotalsListener, type RefusalsListener } from "../traffic/edge-counts.ts";
import { type Agent, type AgentSocket, STUCK_BYTES } from "./agent.ts";
import { AgentRegistry, type AnyHello, type InstanceView, type KnownBoot } from "./agent-registry.ts";
import { type BootOwner, type CredentialHolder, SERVER_HOLDER } from "./boot-owners.ts";
import { ABNORMAL_CLOSE, type ConnectionClose, ConnectionLog, isCleanClose } from "./connection-log.ts";
import { markedFaults } from "./desired-state.ts";
import { DropAll, type DropAllResult } from "./drop-all.ts";
import { FleetState } from "./fleet-state.ts";
import { MessageHandlers, type StrangersListener } from "./message-handlers.ts";
import { hasEnded, machineBoot, type ProcessMark, type processMarkOf } from "./process-mark.ts";
import { Reconciler } from "./reconciler.ts";
import { RegisteredRun, type RunCallbacks } from "./registered-run.ts";
import { ResidueAudit } from "./residue-audit.ts";

export interface FleetConfig {
  readonly clock: Clock;
  /** Epoch of this leadership: agents refuse the orders of an earlier leadership. */
  readonly epoch: number;
  /**
   * Identity of the database to which these epochs belong; absent: no identity is announced, and agents take all
   * servers for servers of the same database.
   */
  readonly cluster?: string;
  /** null: no mesh is known yet; agents keep serving the present edges. */
  readonly mesh: Mesh | null;
  /**
   * True if faults may be granted at this moment: this server leads, and no operator has halted all runs. Asked before
   * each send that adds or prolongs faults; a removal is always sent. Default: always true.
   */
  readonly mayGrant?: () => boolean;
  /** Records the owner of this boot; the agent is given no fault before the record is durable. */
  readonly onBoot: (agent: Agent, hold: BootOwner) => Promise<void> | void;
  /**
   * Called when an agent has obeyed a server of a later epoch than this server's: the agent refuses every order from
   * here.
   */
  readonly onLaterEpoch?: (epoch: number, instance: Instance) => void;
  /** Called with boots that need no record any more. */
  readonly onForgotten?: (boots: readonly AgentBoot[]) => void;
  readonly onPassed?: EdgeTotalsListener;
  readonly onRefused?: RefusalsListener;
  readonly onStrangers?: StrangersListener;
  /** Boot owners recorded by earlier servers. A boot that is absent here and that a run expects has no owner. */
  readonly known?: readonly BootOwner[];
  /**
   * True when no process that a fault had stopped is still stopped, as seen now; asked when the process of an agent has
   * ended that could strike processes, and whose keeper is gone too. Absent: unknown.
   */
  readonly isClearOutside?: () => boolean;
  readonly log: Log;
  readonly markOf?: typeof processMarkOf;
  readonly isGone?: (mark: ProcessMark) => boolean;
}
/** Connection of an agent that has said hello. */
export interface AgentConnection {
  receive(message: ToServer): void;
  /** The agent sent a message that only the agent's own contract version understands. */
  receiveForeign(): void;
  /** `how`: the connection's close; default: the connection was cut. */
  closed(how?: ConnectionClose): void;
}

const TICK_MS = 250;
/**
 * Longest wait of a halt-all for the attestations of the connected agents; the leases of silent agents would be over by
 * then.
 */
const DROP_ALL_MS = 5_000;
/** Silence after which a connection is dead, regardless of the kernel's view. */
const SILENT_MS = 3 * LEASE_MS;
/**
 * Silence after which a process is no longer shown, unless a run still expects the process, or the agent is missing.
 */
const FORGET_AFTER_MS = 60 * 60_000;

export class Fleet {
  /** Exchanges on each edge, as counted by the agents. */
  readonly traffic: EdgeCounts;
  readonly #config: FleetConfig;
  readonly #state: FleetState;
  readonly #reconciler: Reconciler;
  readonly #handlers: MessageHandlers;
  readonly #registry: AgentRegistry;
  readonly #connectionLog: ConnectionLog;
  #isClosing = false;
  #ownAgentEnded = false;
  readonly #ticks: Alarm;
  /** Server clock, ms: when recorded boots that never connected are forgotten; null: already forgotten. */
  #unseenExpireMs: number | null;
  readonly #dropAlls = new Set<DropAll>();
  readonly #listeners = new Set<(agent: InstanceView) => void>();

  constructor(config: FleetConfig) {
    const { clock, cluster = null, mayGrant = () => true, mesh, onBoot, onForgotten = () => {}, known = [] } = config;
    this.#config = config;
    this.traffic = new EdgeCounts(clock, config.onPassed, config.onRefused);
    this.#state = new FleetState({ ...config, mayGrant });
    this.#reconciler = new Reconciler(this.#state);
    this.#connectionLog = new ConnectionLog(config);
    const mark = config.markOf === undefined ? {} : { markOf: config.markOf };
    const onExit = (agent: Agent) => this.#markExited(agent);
    const forget = (boots: readonly AgentBoot[]) => {
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
      onLeft: () => this.#announceAll(),
      onUnrecorded: (agent) => this.#registry.record(agent),
      onFenced: (agent, epoch) => this.#reportLaterEpoch(agent, epoch),
      onStrangers: config.onStrangers ?? (() => {}),
      onAttest: (boot, nonce, remains) => {
        for (const dropAll of this.#dropAlls) dropAll.attested(boot, nonce, remains);
      },
    });
    this.#ticks = every(clock, TICK_MS, () => this.#tick());
  }
  /** `code` and `why` close the agents' connections: a server that no longer leads names the present leader there. */
  close(code = 1001, why = "the server is closing"): void {
    this.#isClosing = true;
    this.#ticks.cancel();
    this.#state.sparse.close();
    this.#connectionLog.close();
    for (const agent of this.#state.agents.values()) agent.close(code, why);
  }

  // -- agents ----------------------------------------------------------------------------------------------------------

  /** Admits a connection that has said hello; null: refused. `holder`: the credential of the connection. */
  connect(socket: AgentSocket, hello: AnyHello, holder: CredentialHolder = SERVER_HOLDER): AgentConnection | null {
    const awayMs = this.#registry.awayMs(hello);
    const admitted = this.#registry.admit(socket, hello, holder);
    if (admitted === null) return null;
    const { agent, session } = admitted;
    this.#connectionLog.arrived(agent, awayMs);
    // Faults granted by another server are in no desired state of this server.
    const isAkin = this.#isSameCluster(hello);
    const isOurs = isAkin && "epoch" in hello.table && hello.table.epoch === this.#state.epoch;
    if (hello.table.ids.length > 0 && (!isOurs || !this.#state.isInRun(agent.boot))) this.#reconciler.drop(agent);
    if (isAkin && "seen" in hello) this.#reportLaterEpoch(agent, hello.seen.epoch);
    // Audits that wait for this agent ask at once.
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
  /**
   * True if the epochs of a hello are those of this server's database. An agent that names no database is assumed to
   * belong to the same database.
   */
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
  #announceAll(): void {
    for (const agent of this.ready()) this.#announce(agent);
  }
  /** Calls the listener with each agent that becomes ready for orders, and again when that agent serves other edges. */
  onReady(listener: (agent: InstanceView) => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }
  /** Every agent that was ever heard, and the expected agents too. */
  instances(): InstanceView[] {
    return this.agents().map((agent) => this.#registry.view(agent));
  }
  /** Every instance that is present or missing, once. */
  instanceStates() {
    return this.#registry.instanceStates();
  }
  /** Retires a missing instance that will not return. Returns `retired`, or the obstacle. */
  retire(instance: Instance): "retired" | "unknown" | "connected" {
    return this.#registry.retire(instance);
  }
  agents(): Agent[] {
    return [...this.#state.agents.values()];
  }
  /** Connected agents that have pulsed, so that an order has a basis. */
  ready(): Agent[] {
    const nowMs = this.#state.clock.nowMs();
    return this.agents().filter((agent) => agent.isReady(nowMs) && !agent.isForeign);
  }
  /** Newest generation sent to an agent. */
  sentGen(boot: AgentBoot): number {
    return this.#state.agents.get(boot)?.sent.gen ?? 0;
  }
  /** True if an agent with this credential connected lately. */
  hasBootsOf(credential: string): boolean {
    return this.#registry.hasBootsOf(credential);
  }
  /**
   * Revokes a token: connections of the token's agents are closed at once, and messages still in flight are ignored.
   */
  revokeCredential(credential: string): void {
    this.#registry.revoke(credential);
  }
  /** Adds an agent's process as recorded by an earlier server: the end of that process can then be witnessed. */
  expect({ boot, instance, mark }: KnownBoot): void {
    this.#registry.expect({ boot, instance }, mark);
  }
  /**
   * Marks a process of this machine as ended, on the word of the parent process: all effects of the process on traffic
   * are over. `isClear`: no process that was stopped for that agent's faults is still stopped.
   */
  agentExited(pid: number, isClear = true): void {
    this.#ownAgentEnded = true;
    const here = machineBoot();
    for (const agent of this.agents())
      if (agent.pid === pid && agent.mark.machineBoot === here) {
        agent.leftOutside = isClear ? "nothing" : "something";
        this.#markExited(agent);
      }
  }
  /** True once a parent process reported the end of the server's own agent, which nobody starts again. */
  get ownAgentEnded(): boolean {
    return this.#ownAgentEnded;
  }
  #markExited(agent: Agent): void {
    if (agent.exited) return;
    agent.exited = true;
    if (agent.leftOutside === null && this.#config.isClearOutside?.() === true) agent.leftOutside = "nothing";
    this.#handlers.reportLost(agent, "exited");
    this.#audit();
  }

  /** Replaces the mesh: agents are sent the new edges. Runs with faults on a removed edge lose that agent. */
  setMesh(mesh: Mesh): void {
    this.#registry.setMesh(mesh, (agent, edges) => {
      const affected = [...this.#state.runs.values()].filter((run) => run.hasFaultOn(agent.boot, edges));
      this.#handlers.reportLost(agent, "lapsed", affected);
      if (affected.length > 0) this.#reconciler.reconcile(agent);
    });
  }

  /**
   * Empties every agent at once, regardless of any run, and closes the gates of all runs for good. Runs ahead of every
   * queue, and needs no database, no journal and no runner. Resolves when all connected agents have attested, or after
   * 5 s.
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
   * Assigns the agents that the run's journal names, each with the faults held there: no other agent is ever sent a
   * fault of the run. A repeated call adds agents: no agent leaves a run before the audit. The audit waits for an agent
   * that has not connected yet.
   */
  assign(id: RunId, refs: readonly AgentRef[]): void {
    this.#with(id, (run) => {
      for (const ref of refs) this.#registry.expect(ref);
      run.assign(refs);
      this.#state.invalidate();
      this.#reconciler.reconcileRun(run);
    });
  }
  /** The run's agents that can still report; with `edge`: the agents that serve the edge. */
  connectedAgents(id: RunId, edge?: EdgeId): AgentBoot[] {
    const run = this.#state.runs.get(id);
    if (run === undefined) return [];
    const agents = this.#state.agentsOf(run).filter(({ link, exited }) => link !== null && !exited);
    return agents.filter((agent) => edge === undefined || agent.edges.includes(edge)).map(({ boot }) => boot);
  }
  /**
   * Agents of the run that report marks and are still connected. `isPartial`: on an edge with the run's faults, an
   * agent cannot report marks, so the other agents' reports are a lower bound. `isDrawn`: all agents draw requests by
   * mark.
   */
  markSupport(id: RunId): {
    readonly telling: readonly AgentBoot[];
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
  /** Sets the addresses that the run's faults act on where others are meant than planned. */
  select(id: RunId, selections: Selections): void {
    this.#with(id, (run) => {
      run.selections = selections;
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
  /** Withdraws every fault of this run at once. Runs ahead of every queue; `revert` then asks for proof. */
  withdraw(id: RunId): void {
    this.#with(id, (run) => {
      if (run.faults.length === 0) return;
      run.closeGate();
      this.#state.invalidate();
      for (const agent of this.#state.agentsOf(run)) this.#reconciler.drop(agent);
    });
  }
  /** Removes every fault of this run now. Needs no journal and no runner; asks until every agent is graded. */
  revert(id: RunId, revision: number): void {
    this.#with(id, (run) => {
      run.closeGate();
      this.#state.invalidate();
      run.audit = new ResidueAudit(
        run.plan,
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
