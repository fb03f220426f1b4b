/**
 * The agent's desired state and the orders behind that state: whole fault sets, swapped synchronously, each held for a
 * lease (SAFETY.md 1). An order that the agent cannot wholly honour empties the table. `session.ts` owns the server
 * sockets.
 */
import { isProcessFaultKind } from "../experiments/model/faults/scope.ts";
import {
  type AgentBoot,
  type EdgeId,
  edgeEnds,
  type Instance,
  type ServiceName,
  spellEdge,
} from "../experiments/model/names.ts";
import type { Clock } from "./clock/clock.ts";
import type { ClockJumpDetector } from "./clock/clock-jump.ts";
import type { CheckedMessage } from "./contract/check.ts";
import { LIMITS, LONGEST_FAULT_MS } from "./contract/limits.ts";
import type { MachineClock } from "./contract/machine-clock.ts";
import {
  type Capability,
  CONTRACT_VERSION,
  type EdgeOffer,
  type FaultOrder,
  type Labels,
  type Remains,
  type Stall,
  type TableMark,
  type ToAgent,
  type ToServer,
  type TransportReport,
} from "./contract/messages.ts";
import type { ProcessMark } from "./contract/process-mark.ts";
import { Edges, type ServeEdge } from "./edge/edges.ts";
import { readResourceLimit } from "./edge/resource-limits.ts";
import { FaultTable } from "./lease/fault-table.ts";
import { Lease } from "./lease/lease.ts";
import type { AgentLog } from "./log.ts";
import { ALLOW_ALL, forbiddenFault, type Policy } from "./policy.ts";
import type { Stalls } from "./process/stalls.ts";
import type { ProcessFaults } from "./processes/process-faults.ts";
import type { Redirect } from "./redirect/redirect.ts";

const CAPABILITIES: readonly Capability[] = ["marks", "draws", "endpoints"];
type MessageOf<T extends ToAgent["type"]> = Extract<ToAgent, { type: T }>;
type RefusalReason = Extract<ToServer, { type: "refused" }>["why"];

export interface AgentConfig {
  readonly instance: Instance;
  readonly version: string;
  /** Service whose outgoing calls this agent carries; absent: every service's. */
  readonly service?: ServiceName | null;
  readonly labels?: Labels;
  /** Edges that the agent knows from a local mesh file. */
  readonly offers?: readonly EdgeOffer[];
  /** The same for edges at the callee. */
  readonly calleeOffers?: readonly EdgeOffer[];
  /** Listen addresses of edges on this machine; these override the mesh. */
  readonly listen?: Readonly<Record<EdgeId, string>>;
  readonly policy?: Policy;
  /** Most memory for the bytes that faults hold, bytes; absent: by the limit on the process's memory. */
  readonly heldMemory?: number;
}
export interface AgentDeps {
  readonly clock: Clock;
  /** Random id, new at each start of the process. */
  readonly boot: AgentBoot;
  readonly pid: number;
  readonly process?: ProcessMark | null;
  /** Place of `clock` on the clock of the machine; absent or null: unknown. */
  readonly machineClock?: MachineClock | null;
  /** Transport tier that carries the edges; absent: not reported. */
  readonly transport?: TransportReport;
  /** The agent process before this one, verified to have ended. */
  readonly predecessor?: { readonly boot: AgentBoot } | null;
  readonly serve: ServeEdge;
  /** Monitor of the agent's own stalls; absent: stalls are not measured. */
  readonly stalls?: Stalls;
  /** Detector of clock jumps, which looks more often while faults are held; absent: jumps are not detected. */
  readonly clockJumps?: Pick<ClockJumpDetector, "watchFaults">;
  readonly log: AgentLog;
  /** Faults on the processes of services; absent: this agent can strike none. */
  readonly processes?: ProcessFaults;
  /** Redirect that brings the edges' connections; absent: callers are configured with the edges' addresses. */
  readonly redirect?: Pick<Redirect, "faultsChanged" | "external" | "strangers">;
  /** Sends messages that are not the answer to a server message. */
  readonly send: (message: ToServer) => void;
}

interface LeaseSpan {
  readonly nowMs: number;
  /** Start of the faults' time limits (`notAfterMs`), monotonic ms. */
  readonly fromMs: number;
  /** End of the lease, monotonic ms. */
  readonly untilMs: number;
}

export class Agent {
  readonly edges: Edges;
  readonly lease: Lease;
  readonly boot: AgentBoot;
  readonly #config: AgentConfig;
  readonly #deps: AgentDeps;
  #session: string | null = null;
  readonly #table = new FaultTable();
  #retired = false;
  #isUsed = false;

  constructor(config: AgentConfig, deps: AgentDeps) {
    const { clock, serve, log } = deps;
    const report = (error: unknown) =>
      log(error instanceof Error ? (error.stack ?? error.message) : String(error), "error");
    this.#config = config;
    this.#deps = deps;
    this.boot = deps.boot;
    this.lease = new Lease(clock, () => this.#tidy(clock.nowMs()));
    const expired = (nowMs: number) => this.lease.over(nowMs);
    const { instance, policy = ALLOW_ALL, listen = {}, heldMemory } = config;
    const { stalls = null } = deps;
    this.edges = new Edges({
      ...(stalls !== null && { stalls }),
      clock,
      instance,
      serve,
      report,
      logRefusal: (edge, line) => log(`edge ${spellEdge(edge)}: ${line}`, "warn", { edge }),
      expired,
      limitOf: readResourceLimit,
      ...(heldMemory !== undefined && { heldMemory }),
      policy,
      listen,
      ...(deps.processes !== undefined && { isAway: (order) => deps.processes!.isAway(order) }),
    });
  }

  /**
   * Sets the session that may order from here on; null: no session. A lost session alone takes no fault away; a session
   * with a server of another cluster takes away all that this cluster's servers ordered. `cluster` null: the server
   * sends no cluster name.
   */
  enterSession(session: string | null, epoch: number, cluster: string | null = null): void {
    this.#session = session;
    this.lease.forgetPulses();
    this.edges.marks.forgetPulses();
    if (cluster !== null && this.#table.isOther(cluster)) {
      this.dropAll("a server of another database has taken over");
      // Counts for the previous cluster's servers end as well.
      this.#clear(this.#deps.clock.nowMs());
    }
    if (cluster !== null) this.#table.switchCluster(cluster);
    this.#table.enterEpoch(epoch);
  }

  /** Carries out a message at once and returns the answers. The session handles `welcome` and `edges`. */
  handleMessage(checked: CheckedMessage): readonly ToServer[] {
    const answers = this.#hear(checked);
    this.#watchStalls();
    return answers;
  }
  /**
   * Tells the stall monitor whether traffic passes. `isUsed`: exchanges passed since the last pulse. Probes of a run
   * can pass through agents that have no other part in that run.
   */
  pulsing(isUsed: boolean): void {
    this.#isUsed = isUsed;
    this.#watchStalls();
  }
  #watchStalls(): void {
    const isOrdered = this.#table.held.length > 0 || this.edges.watches.isListed;
    if (!this.#retired) this.#deps.stalls?.watch(isOrdered || this.#isUsed);
  }
  #hear(checked: CheckedMessage): readonly ToServer[] {
    const nowMs = this.#deps.clock.nowMs();
    this.#tidy(nowMs);
    if ("problem" in checked) return this.#distrust(checked, nowMs);
    const { message } = checked;
    switch (message.type) {
      case "drop":
        return this.#drop(message.nonce, nowMs);
      case "apply":
        if (message.session !== this.#session) return [];
        return message.faults.length === 0 ? this.#empty(message, nowMs) : this.#apply(message, nowMs);
      case "renew":
        return message.session === this.#session ? this.#renew(message) : [];
      case "noted":
        if (message.session === this.#session) this.edges.marks.noted(message.n);
        return [];
      case "welcome":
      case "edges":
        return [];
    }
  }

  /** Drops every fault, and reports the reason to the server if there were any. */
  dropAll(why: string): void {
    const { gen, epoch } = this.#table.mark;
    const hadFaults = this.#table.held.length > 0;
    this.#clear(this.#deps.clock.nowMs());
    if (!hadFaults) return;
    this.#deps.log(`dropped all faults: ${why}`, "warn", { why });
    this.#deps.send({ type: "lapsed", epoch, gen, why: why.slice(0, LIMITS.whyLength) });
  }

  /** Drops every fault and takes no more: the process is about to end. */
  retire(why: string): void {
    this.#retired = true;
    this.#deps.stalls?.watch(false);
    this.dropAll(why);
  }
  /**
   * The same for an orderly end, of which the server hears by `leaving`: traffic from here on counts as escaped from the
   * faults that were live.
   */
  leave(why: string): void {
    const hadFaults = this.#table.held.length > 0;
    this.#retired = true;
    this.#deps.stalls?.watch(false);
    this.edges.noteEnd();
    this.#clear(this.#deps.clock.nowMs());
    if (hadFaults) this.#deps.log(`dropped all faults: ${why}`, "warn", { why });
  }
  /** Message on the orderly end, with the last receipts. */
  leaving(session: string, isOver: boolean): ToServer {
    const nowMs = this.#deps.clock.nowMs();
    const proof = { remains: this.edges.remains(), receipts: this.edges.receipts(nowMs) };
    const watches = this.edges.watches.counts(nowMs);
    return { type: "leaving", session, ...this.#table.mark, isOver, ...proof, watches };
  }

  /** The agent's own recent stalls, as reported now. */
  stalls(nowMs: number): readonly Stall[] {
    return this.#deps.stalls?.recent(nowMs) ?? [];
  }
  get transport(): TransportReport | null {
    return this.#deps.transport ?? null;
  }
  get isRetired(): boolean {
    return this.#retired;
  }

  /** Holds faults by local order, each until the fault's end, without a server. Returns the problem, or null. */
  holdLocally(faults: readonly FaultOrder[]): string | null {
    const nowMs = this.#deps.clock.nowMs();
    this.#tidy(nowMs);
    const problem = this.#forbids(faults) ?? this.#objectionTo(faults) ?? this.edges.checkOrders(faults, []);
    if (problem !== null) return problem;
    const { epoch, gen } = this.#table.seen;
    const mark = { epoch, gen: gen + 1 };
    if (faults.length === 0) this.#clear(nowMs);
    else this.#hold(mark, faults, { nowMs, fromMs: nowMs, untilMs: nowMs + LONGEST_FAULT_MS });
    return null;
  }

  get table(): Pick<FaultTable, "mark" | "held" | "endsAtMs"> {
    return this.#table;
  }
  remains(): Remains {
    this.#tidy(this.#deps.clock.nowMs());
    return this.#remains();
  }
  #remains(): Remains {
    const { processes, redirect } = this.#deps;
    const runs = [...(processes?.external() ?? []), ...(redirect?.external() ?? [])];
    const remains = this.edges.remains();
    return runs.length === 0 ? remains : { ...remains, external: runs.length, externalRuns: [...new Set(runs)] };
  }
  /** Connections of no declared caller so far; null: this agent carries no edge at the callee. */
  get strangers(): number | null {
    return this.#deps.redirect?.strangers ?? null;
  }
  hello(): ToServer {
    const { instance, version, service = null, labels = {}, offers = [], calleeOffers = [] } = this.#config;
    const {
      boot,
      pid,
      process = null,
      predecessor = null,
      transport,
      processes,
      redirect,
      machineClock = null,
    } = this.#deps;
    const { cluster, seen, mark, held } = this.#table;
    const who = { v: CONTRACT_VERSION, version, cluster, instance, service, labels, offers };
    return {
      type: "hello",
      ...who,
      boot,
      pid,
      process,
      predecessor,
      seen,
      table: { ...mark, ids: held.map(({ id }) => id) },
      ...(machineClock !== null && { clock: machineClock }),
      ...(calleeOffers.length > 0 && { calleeOffers }),
      knows: redirect === undefined ? CAPABILITIES : [...CAPABILITIES, "redirect" satisfies Capability],
      ...(transport !== undefined && { transport }),
      ...(processes !== undefined && { processes: processes.services }),
    };
  }

  #apply(order: MessageOf<"apply">, nowMs: number): readonly ToServer[] {
    if (order.epoch < this.#table.seen.epoch) return [this.#refuse(order, "fenced", "a later server has spoken")];
    if (!this.#table.isNew(order)) return [this.#refuse(order, "stale", "not newer than what was heard before")];
    const untilMs = this.lease.endOf(order.basis, order.leaseMs);
    if (untilMs === null) return [this.#refuse(order, "stale", "its lease was over when it came")];

    const forbidden = this.#forbids(order.faults);
    if (forbidden !== null) return this.#reject(order, "policy", forbidden, nowMs);
    const objection = this.#objectionTo(order.faults) ?? this.edges.checkOrders(order.faults, order.watches);
    if (objection !== null) return this.#reject(order, "unsupported", objection, nowMs);
    try {
      this.edges.listMarks(order.marks ?? []);
      this.edges.watches.list(order.watches, nowMs);
      this.edges.grant(order.allotments);
      this.#hold(order, order.faults, { nowMs, fromMs: this.lease.sentAtMs(order.basis)!, untilMs });
    } catch (error) {
      return this.#reject(order, "unsupported", String((error as Error).message), nowMs);
    }
    return [{ type: "applied", session: order.session, ...this.#table.mark }];
  }

  /** Takes the empty set in every state; the freshness check applies only to the order's watches and marks. */
  #empty(order: MessageOf<"apply">, nowMs: number): readonly ToServer[] {
    this.#clear(nowMs);
    return [...(this.#table.isNew(order) ? [this.#watch(order, nowMs)] : []), this.#attest("", nowMs)];
  }
  #watch(order: MessageOf<"apply">, nowMs: number): ToServer {
    try {
      const objection = this.edges.checkOrders([], order.watches);
      if (objection !== null) throw new Error(objection);
      this.edges.listMarks(order.marks ?? []);
      this.edges.watches.list(order.watches, nowMs);
    } catch (error) {
      this.#table.markSeen(order);
      return this.#refuse(order, "unsupported", String((error as Error).message));
    }
    this.#table.replace(order, [], nowMs);
    return { type: "applied", session: order.session, ...this.#table.mark };
  }

  #renew(order: MessageOf<"renew">): readonly ToServer[] {
    const { mark, held } = this.#table;
    const isMine = order.epoch === mark.epoch && order.gen === mark.gen;
    if (!isMine) return [this.#refuse(order, "stale", "another set is held here")];
    // Without held faults the lease has no use; an agent that lost faults has already sent `lapsed`.
    if (held.length === 0) return [];
    const untilMs = this.lease.endOf(order.basis, order.leaseMs);
    if (untilMs === null) return [this.#refuse(order, "stale", "its lease was over when it came")];
    this.lease.extend(untilMs);
    this.#deps.processes?.extend(this.lease.untilMs);
    return [];
  }

  #drop(nonce: string, nowMs: number): readonly ToServer[] {
    this.#clear(nowMs);
    return [this.#attest(nonce, nowMs)];
  }

  /**
   * Handles an unreadable message. An unreadable order empties the table, because the desired state is then unknown.
   */
  #distrust(checked: Extract<CheckedMessage, { problem: string }>, nowMs: number): readonly ToServer[] {
    const { heard, problem } = checked;
    this.#deps.log(`the server said what this agent does not understand: ${problem}`, "warn");
    if (heard.type === "drop") return this.#drop("", nowMs);
    if (heard.type !== "apply" && heard.type !== "renew") return [];
    if (heard.session !== this.#session) return [];
    // Numbers of an unreadable order deserve little trust: an invented epoch would fence off every server.
    const mark = heard.epoch === this.#table.seen.epoch ? heard : { epoch: 0, gen: heard.gen };
    return this.#reject(mark, "unsupported", problem, nowMs);
  }

  #reject(order: TableMark, why: RefusalReason, detail: string, nowMs: number): readonly ToServer[] {
    this.#clear(nowMs);
    this.#table.markSeen(order);
    return [this.#refuse(order, why, detail)];
  }
  #refuse({ epoch, gen }: TableMark, why: RefusalReason, detail: string): ToServer {
    this.#deps.log(`refused order ${epoch}.${gen}: ${why}: ${detail}`, "warn", { epoch, gen, why });
    return {
      type: "refused",
      session: this.#session ?? "",
      epoch,
      gen,
      why,
      detail: detail.slice(0, LIMITS.whyLength),
      seen: this.#table.seen,
    };
  }
  #attest(nonce: string, nowMs: number): ToServer {
    const proof = { remains: this.#remains(), receipts: this.edges.receipts(nowMs) };
    const watches = this.edges.watches.counts(nowMs);
    return { type: "attest", nonce, boot: this.boot, ...this.#table.mark, ...proof, watches };
  }

  #forbids(faults: readonly FaultOrder[]): string | null {
    return this.#retired ? "this agent is about to end" : forbiddenFault(this.#config.policy ?? ALLOW_ALL, faults);
  }
  /** Reason why this agent cannot strike the process that a fault is about, or null. */
  #objectionTo(faults: readonly FaultOrder[]): string | null {
    const own = this.#deps.processes?.services ?? [];
    const lost = faults.find(({ action, edge }) => isProcessFaultKind(action.kind) && !own.includes(edgeEnds(edge)[1]));
    if (lost === undefined) return null;
    return `fault "${lost.name}": this agent has no hand on the process of ${edgeEnds(lost.edge)[1]}, which was not started with it`;
  }
  #hold(mark: TableMark, faults: readonly FaultOrder[], { nowMs, fromMs, untilMs }: LeaseSpan): void {
    this.#table.replace(mark, faults, fromMs);
    this.lease.start(untilMs);
    const endsAtMs = ({ id }: FaultOrder) => this.#table.endsAtMs(id);
    this.edges.hold(faults, endsAtMs, nowMs);
    this.#deps.processes?.hold(faults, endsAtMs, untilMs);
    this.#deps.redirect?.faultsChanged();
    this.#deps.clockJumps?.watchFaults(true);
  }
  #clear(nowMs: number): void {
    this.#table.empty();
    this.lease.end();
    this.edges.drop(nowMs);
    this.#deps.processes?.drop();
    this.#deps.redirect?.faultsChanged();
    this.#deps.clockJumps?.watchFaults(false);
  }
  /** Does the lease timer's work when the timer is late. */
  #tidy(nowMs: number): void {
    if (this.#table.held.length > 0 && this.lease.over(nowMs)) this.dropAll("the lease is over");
  }
}
