/** Runs of a term: admits runs, gives turns, halts runs, and hands leftovers on to the next term. */

import type { Issue } from "../../experiments/model/document/issue.ts";
import { edgesTouched } from "../../experiments/model/mesh/diff.ts";
import { asRunId, type EdgeId, type RunId } from "../../experiments/model/names.ts";
import type { AgentRef } from "../../experiments/model/plan/agents.ts";
import { pickAgents } from "../../experiments/model/plan/agents.ts";
import type { KeptConnections } from "../../experiments/model/plan/kept-connections.ts";
import type { Plan } from "../../experiments/model/plan/plan.ts";
import { type Alarm, every } from "../clock.ts";
import { ApiError, notLeader } from "../errors.ts";
import type { StruckService } from "../keeper/messages.ts";
import { logFailure } from "../log.ts";
import { RateLimitedLog } from "../rate-limited-log.ts";
import { LOCAL, type Principal } from "../security/roles.ts";
import { Fenced } from "../store/errors.ts";
import type { GateState } from "../store/gate.ts";
import type { RunsQuery } from "../store/runs.ts";
import type { ActiveRun, HaltRequest } from "./active/active-run.ts";
import type { RunsConfig } from "./config.ts";
import { HaltGate, haltedError } from "./halt/halt-gate.ts";
import { Halts } from "./halt/halts.ts";
import { PendingHalt } from "./halt/pending-halt.ts";
import { haltForMeshChange, haltIfForbidden, touchesEdges } from "./invalidation.ts";
import { type LifecycleEvent, LifecycleEvents } from "./lifecycle-events.ts";
import { RunQueries } from "./queries.ts";
import { ClaimRelease } from "./queue/claim-release.ts";
import { RunQueue } from "./queue/run-queue.ts";
import { AdmissionRules } from "./start/admission-rules.ts";
import { admitRun, type RunHooks } from "./start/admit.ts";
import { queueFullError } from "./start/commit.ts";
import { keptConnections } from "./start/kept-connections.ts";
import { type PlanRequest, planRequest } from "./start/plan.ts";
import type { StartedRun, StartRequest } from "./start/request.ts";
import { OrphanDetector } from "./takeover/orphan-detector.ts";
import { isWithoutSecrets } from "./takeover/requeue.ts";
import { ResidueWatch } from "./takeover/residue-watch.ts";
import { type LossReason, serverLost, type TakeoverConfig, takeOverAll, takeOverClaims } from "./takeover/takeover.ts";
import { TakeoverQueue } from "./takeover/takeover-queue.ts";

const TICK_MS = 1_000;
/** Most queued runs. Queued runs each have a journal, and are halted in turn when the server ends. */
const MOST_QUEUED = 1_000;
const DRAINING = "this server is closing and starts no more runs";
const UNANSWERED: LossReason = {
  because: "server-lost",
  reason: "Its start was written down, but the database's answer was lost: who asked was told that it failed.",
};

const END_LOST: LossReason = {
  because: "journal-lost",
  reason: "The run was over, and the records of its end, which the database had confirmed, are gone from it.",
};

/** Dry run of a start: the plan, the agents to be faulted as things stand, and the refusals to be expected. */
export interface DryRun {
  readonly plan: Plan;
  readonly agents: readonly AgentRef[];
  readonly connections: readonly KeptConnections[];
  readonly refusals: readonly Issue[];
}

export class Runs {
  readonly #config: RunsConfig;
  /** Runs under way, waiting, or finished with records unwritten or claims held. In order of arrival. */
  readonly #active = new Map<RunId, ActiveRun>();
  readonly #gate: HaltGate;
  readonly #halts: Halts;
  readonly #rules: AdmissionRules;
  readonly #queue: RunQueue;
  readonly #residue: ResidueWatch;
  readonly #claims: ClaimRelease;
  readonly #queries: RunQueries;
  readonly #lifecycle: LifecycleEvents;
  readonly #takeoverConfig: TakeoverConfig;
  readonly #takeovers: TakeoverQueue;
  readonly #ends: (() => void)[] = [];
  /** Log for work that is retried each second while the database is away. */
  readonly #sparse: RateLimitedLog;
  #ticking: Alarm = { cancel() {} };
  #draining = false;
  #lookingAtGate = false;
  /** Number of starts that are being checked, and will be queued in a moment. */
  #starting = 0;

  constructor(config: RunsConfig) {
    const { clock, store, epoch, fleet, log, caps = {}, pendingHalt = new PendingHalt() } = config;
    const { db } = store;
    this.#config = config;
    this.#sparse = new RateLimitedLog(log, clock);
    this.#gate = new HaltGate(db, epoch, clock, pendingHalt);
    this.#halts = new Halts(config, this.#gate, this.#active);
    this.#rules = new AdmissionRules(config);
    this.#lifecycle = new LifecycleEvents(log);
    // A run that waited in the queue was planned on an earlier mesh.
    this.#lifecycle.listen(({ what, id }) => {
      if (what === "started") this.#active.get(id)?.noteInstances(config.mesh());
    });
    this.#queries = new RunQueries(db, this.#active);
    this.#queue = new RunQueue({ db, epoch, gate: this.#gate, rules: this.#rules, caps, sparse: this.#sparse });
    this.#residue = new ResidueWatch({ clock, db, fleet, log, onCleared: () => this.#startReady() });
    const onSettled = (active: ActiveRun) => {
      // A retried write may discover the lost journal late.
      if (active.lostJournal !== null) this.#loseJournal(active, active.lostJournal);
      else this.#active.delete(active.id);
    };
    this.#claims = new ClaimRelease({ db, log, sparse: this.#sparse, residue: this.#residue, onSettled });
    const hooks: RunHooks = {
      onLifecycleEvent: (news) => this.#lifecycle.tell(news),
      onFenced: () => this.#fenced(),
      runs: () => [...this.#active.values()],
      onUncertainStart: (id) => this.#takeovers.add(id, UNANSWERED),
    };
    const track = (active: ActiveRun) => this.#follow(active);
    const enqueue = (active: ActiveRun) => {
      track(active);
      this.#queue.add(active);
    };
    const isHalted = () => this.isHalted;
    this.#takeoverConfig = { runs: config, hooks, residue: this.#residue, track, enqueue, isHalted };
    this.#takeovers = new TakeoverQueue(this.#takeoverConfig);
  }
  /** True while no run may be granted or started: all runs were halted, or the gate has not been read yet. */
  get isHalted(): boolean {
    return this.#gate.isShut;
  }
  /** Number of runs that ended RESIDUE and whose claims have not been freed since. */
  get residueOpen(): number {
    return this.#residue.size;
  }
  /** Number of runs that wait for their turn. */
  get queued(): number {
    return this.#queue.length;
  }

  /** Reads the gate and takes up an earlier term's leftovers; resolves before those are finished. */
  async begin(): Promise<void> {
    const { fleet, clock } = this.#config;
    await this.#gate.begin();
    for (const id of await takeOverAll(this.#takeoverConfig)) this.#takeovers.add(id, serverLost(this.#config));
    const unlisten = fleet.onReady((agent) => {
      for (const active of this.#active.values()) active.tryJoin(agent);
    });
    const orphans = new OrphanDetector({
      ...{ clock, db: this.#config.store.db, log: this.#config.log },
      // A run that is being let in may be in the database already, and those that wait are left to the next term by a
      // drain.
      has: (id) =>
        this.#starting > 0 ||
        this.#draining ||
        this.#active.has(id) ||
        this.#takeovers.has(id) ||
        this.#residue.has(id),
      onRun: (id) => this.#takeovers.add(id, END_LOST),
      onClaims: (id) => takeOverClaims(id, this.#takeoverConfig),
    });
    this.#ends.push(unlisten, () => orphans.stop());
    this.#ticking = every(clock, TICK_MS, () => {
      this.#tick().catch(logFailure(this.#config.log, "the tick of the runs"));
    });
  }
  async #tick(): Promise<void> {
    this.#residue.tick();
    this.#lookAtGate();
    await this.#takeovers.tick();
    for (const active of this.#active.values()) await haltIfForbidden(active, this.#rules, this.#sparse);
    await this.#settle();
  }

  #lookAtGate(): void {
    if (this.#lookingAtGate) return;
    this.#lookingAtGate = true;
    this.#halts
      .look()
      .catch((error: Error) => this.#sparse.warn("the gate", `the gate could not be looked at: ${error.message}`))
      .finally(() => {
        this.#lookingAtGate = false;
      });
  }

  // -- starting ----------------------------------------------------------------------------------------------------------

  /** Checks a start, writes the run, and queues it. Throws ApiError, and errors of the store. */
  async start(submission: StartRequest): Promise<StartedRun> {
    if (this.#draining) throw new ApiError("draining", DRAINING);
    // A start made before is answered with the earlier run even while the gate is shut: the store knows that run.
    const isKnown = submission.idempotencyKey !== undefined || submission.instantMs !== undefined;
    if (this.#gate.isShut && !isKnown) throw await this.#halts.refusal();
    const mostQueued = this.#config.caps?.queued ?? MOST_QUEUED;
    const isFull = this.#queue.length + this.#starting >= mostQueued;
    if (isFull && !isKnown) throw queueFullError(mostQueued);
    const { count } = this.#halts;
    const { hooks } = this.#takeoverConfig;
    this.#starting++;
    const room = { refusal: isFull ? queueFullError(mostQueued) : null };
    const taken = await this.#leading(admitRun(submission, this.#config, this.#rules, { ...hooks, room })).finally(
      () => {
        this.#starting--;
      },
    );
    if ("again" in taken) return taken;
    const { active } = taken;
    this.#follow(active);
    active.notify("queued");
    if (this.#halts.count !== count || this.#gate.isShut) this.#halts.late(active);
    else if (this.#draining) active.post({ type: "halted", because: "interrupted", reason: DRAINING, recover: false });
    else this.#enqueue(active);
    return { id: active.id, again: false };
  }
  #enqueue(active: ActiveRun): void {
    const touched = edgesTouched(active.mesh, this.#config.mesh());
    if (touchesEdges(active, touched)) haltForMeshChange(active, "it changed while the run was being let in");
    else this.#queue.add(active);
    this.#startReady();
  }
  /** Dry run of a start: effects and refusals, without touching any state. Throws ApiError. */
  async dryRun(asked: PlanRequest & Pick<StartRequest, "by">): Promise<DryRun> {
    const { fleet, mesh: current, ...ground } = this.#config;
    const instances = fleet.instances().filter(({ ready }) => ready);
    const { plan, mesh } = planRequest(asked, { ...ground, mesh: current(), instances }, () => asRunId("plan"));
    const gate = await this.#gate.read();
    const shut = gate === null ? [] : [{ path: [], message: haltedError(gate).message }];
    const objections = await this.#rules.listIssues({ plan, mesh, by: asked.by ?? LOCAL });
    const agents = pickAgents(plan, instances);
    const connections = keptConnections(plan, agents, fleet.traffic);
    return { plan, agents, connections, refusals: [...shut, ...objections] };
  }

  // -- ending ------------------------------------------------------------------------------------------------------------

  #follow(active: ActiveRun): void {
    this.#active.set(active.id, active);
    active.done
      .then(() => this.#ended(active))
      .catch(logFailure(this.#config.log, `${active.id}: what follows its end`));
  }
  #ended(active: ActiveRun): void {
    this.#queue.remove(active.id);
    if (active.crash !== null) {
      const reason = `The run was halted for an error of Squall's own: ${active.crash}`;
      this.#takeOver(active, { because: "server-lost", reason });
    } else if (active.lostJournal !== null && !active.isGivenUp) {
      this.#residue.watch(active.run);
      this.#loseJournal(active, active.lostJournal);
    } else if (active.isGivenUp) this.#active.delete(active.id);
    else {
      this.#claims.add(active);
      this.#settle().catch(logFailure(this.#config.log, `${active.id}: freeing its claims`));
    }
  }
  #loseJournal(active: ActiveRun, why: string): void {
    this.#config.log.error(`${active.id}: records that the database had confirmed are gone from it`, { error: why });
    const reason = `Records that the database had confirmed are gone from it: ${why}.`;
    this.#takeOver(active, { because: "journal-lost", reason });
  }
  /** Takes over a run from the last record in the store, to finish the run there too. */
  #takeOver({ id }: ActiveRun, why: LossReason): void {
    this.#takeovers.add(id, why);
    this.#takeovers.tick().catch(logFailure(this.#config.log, `${id}: taking it over`));
  }
  #startReady(): void {
    this.#queue.startReady().catch(logFailure(this.#config.log, "starting the next run"));
  }
  async #settle(): Promise<void> {
    await this.#claims.settle();
    await this.#queue.startReady();
  }
  /** Runs work that needs the lead. If another server leads, the caller gets that error, and this server lets go. */
  async #leading<T>(work: Promise<T>): Promise<T> {
    try {
      return await work;
    } catch (error) {
      if (!(error instanceof Fenced)) throw error;
      this.#fenced();
      throw notLeader(null);
    }
  }
  #fenced(): void {
    this.stop();
    this.#config.onFenced?.();
  }

  // -- halting -----------------------------------------------------------------------------------------------------------

  /** Halts a run; returns the ids of the halted runs. Throws ApiError. */
  async halt(id: RunId, halting: HaltRequest): Promise<RunId[]> {
    const active = this.active(id);
    await this.#queries.check(id);
    return this.#halts.one(active, id, halting);
  }
  /**
   * Withdraws every fault first, then shuts the gate in the store if the gate is to stay shut (`latch`). Resolves once
   * the agents have attested, or timed out, and the gate is durable; rejects if the gate is not durable, and this
   * server still starts no run then.
   */
  haltAll(
    halting: HaltRequest,
    how: { latch: boolean; by: Principal } = { latch: false, by: LOCAL },
  ): Promise<RunId[]> {
    return this.#leading(this.#halts.everything(halting, how));
  }
  /** Opens the gate. Returns the halt that had shut the gate; null: the gate was open. */
  async release(by: Principal): Promise<GateState> {
    const before = await this.#leading(this.#halts.release(by));
    this.#startReady();
    return before;
  }
  /** State of the gate; null: open. */
  gate(): Promise<GateState> {
    return this.#gate.read();
  }
  /**
   * Frees the claims that a finished run still holds because the faults could not be shown gone. Returns the resources.
   */
  async releaseClaims(id: RunId, by: Principal): Promise<string[]> {
    await this.#queries.check(id);
    if (this.#active.has(id)) throw new ApiError("run-not-over", `run ${id} is not over: its claims are freed with it`);
    const resources = await this.#claims.release(id, by.name);
    this.#startReady();
    return resources;
  }
  /** Halts every run after an error that cannot be attributed to a run: none can be trusted any more. */
  fail(error: unknown): void {
    for (const active of this.#active.values()) active.fail(error, ", of which nobody knows to which run it belongs");
  }
  /**
   * Records that a service exited by itself: each run under way on that mesh notes the exit, from the run's preparation
   * on.
   */
  serviceExited(service: string, how: string): void {
    for (const active of this.#active.values())
      if (!active.isQueued && !active.isOver && active.mesh?.services.some(({ name }) => name === service) === true)
        active.post({ type: "service-exited", service, how });
  }
  /** Records that a fault of a run struck a service, as the keeper saw it. */
  serviceStruck({ run, fault, service }: StruckService): void {
    this.#active.get(run)?.post({ type: "service-struck", fault, service });
  }
  /** Records that a struck service is ready again, or goes on, `awayMs` after the strike. */
  serviceBack({ run, fault, service, awayMs }: StruckService & { readonly awayMs: number }): void {
    this.#active.get(run)?.post({ type: "service-back", fault, service, awayMs });
  }
  /** Halts the runs on these edges, which no longer match the plans; the others note instances that came and went. */
  meshChanged(touched: ReadonlySet<EdgeId>, why: string): void {
    for (const active of this.#active.values())
      if (touchesEdges(active, touched)) haltForMeshChange(active, why);
      else active.noteInstances(this.#config.mesh());
  }

  // -- reading -----------------------------------------------------------------------------------------------------------

  /** Lists runs, newest first. Runs under way are listed in the current state, not as last written. */
  list = (query: RunsQuery) => this.#queries.list(query);
  report = (id: RunId) => this.#queries.report(id);
  /**
   * Records with a sequence greater than `after`, at most `limit`: from the store, and from memory if not yet written.
   */
  records = (id: RunId, after?: number, limit?: number) => this.#queries.records(id, after, limit);
  /** Run that is not over, or has unwritten records; null: absent. */
  active(id: RunId): ActiveRun | null {
    return this.#active.get(id) ?? null;
  }
  /** Run that a queued run waits for; null: none. */
  blockerOf(id: RunId): ActiveRun | null {
    return this.#queue.blockerOf(id);
  }
  /** All unfinished or unwritten runs, in order of arrival. */
  all(): readonly ActiveRun[] {
    return [...this.#active.values()];
  }
  /** Listens to lifecycle events until the returned function is called. */
  onLifecycleEvent(listener: (news: LifecycleEvent) => void): () => void {
    return this.#lifecycle.listen(listener);
  }
  /** Listens for finished runs whose journals are closed. */
  onFinished(listener: (news: LifecycleEvent) => void): () => void {
    return this.onLifecycleEvent((news) => news.what === "finished" && listener(news));
  }

  // -- the end of the term -------------------------------------------------------------------------------------------------

  /** Takes no more runs, halts the present runs, and resolves when all are finished and all claims free. */
  async drain(halting: HaltRequest): Promise<void> {
    this.#draining = true;
    if (this.#config.keepsQueue === true)
      for (const active of this.#active.values())
        if (active.isQueued && isWithoutSecrets(active.created)) active.abandon();
    this.#halts.all(halting);
    await this.settled();
  }
  /** Resolves once every present run is over, and all claims of these runs are free. */
  async settled(): Promise<void> {
    await Promise.all([...this.#active.values()].map(({ done }) => done));
    await this.#settle();
  }
  /** Stops at once: faults are dropped, and no more grants or writes are made. */
  stop(): void {
    this.#draining = true;
    this.#ticking.cancel();
    this.#queue.stop();
    this.#takeovers.stop();
    this.#sparse.close();
    for (const end of this.#ends.splice(0)) end();
    for (const active of this.#active.values()) active.abandon();
  }
}
