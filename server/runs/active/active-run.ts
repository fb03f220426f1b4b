/** Active run: the journal, runner, monitor and fleet of a single run put together. */

import type { Kysely } from "kysely";
import type { JournalRecord, RunCreated } from "../../../experiments/model/journal/journal.ts";
import { instanceChanges } from "../../../experiments/model/mesh/instances.ts";
import type { Mesh } from "../../../experiments/model/mesh/mesh.ts";
import type { RunId } from "../../../experiments/model/names.ts";
import { addressedServices } from "../../../experiments/model/plan/addressed.ts";
import { type Candidate, joinerOf } from "../../../experiments/model/plan/agents.ts";
import type { Plan } from "../../../experiments/model/plan/plan.ts";
import type { UnstampedEvent } from "../../../experiments/model/run/event.ts";
import type { Run, State } from "../../../experiments/model/run/run.ts";
import { type Alarm, type Clock, contained, every } from "../../clock.ts";
import type { Fleet } from "../../fleet/fleet.ts";
import { type Log, logFailure } from "../../log.ts";
import type { OpenProbe } from "../../probes/probe.ts";
import type { Principal } from "../../security/roles.ts";

import type { Schema } from "../../store/schema.ts";
import { filterRunning } from "../../traffic/observed-run.ts";
import type { LifecycleEvent } from "../lifecycle-events.ts";
import { lifecycleEventOf, type Origin } from "../summary.ts";
import { AttachedClients } from "./attached-clients.ts";
import { createEffectHandlers, performEffect } from "./effects.ts";
import { JournalAppender } from "./journal-appender.ts";
import { createJournalWriter } from "./journal-writer.ts";
import { RunMonitor } from "./monitor.ts";
import { drawMark } from "./run-mark.ts";
import { Runner } from "./runner.ts";

const RETRY_MS = 250;
/** States in which an agent that appears can still join the run. */
const JOINABLE: readonly State[] = ["warming", "baseline", "injecting"];

/** Request to halt a run: the cause, and whether the run still watches the recovery. */
export type HaltRequest = Omit<Extract<UnstampedEvent, { type: "halted" }>, "type">;

export interface ActiveRunConfig {
  readonly clock: Clock;
  readonly db: Kysely<Schema>;
  readonly epoch: number;
  readonly fleet: Fleet;
  /** Mesh that the plan was made on; null: the run takes no more samples. */
  readonly mesh: Mesh | null;
  readonly openProbe: OpenProbe;
  readonly plan: Plan;
  readonly created: RunCreated;
  readonly origin: Origin;
  readonly by: Principal;
  readonly secrets: readonly string[];
  readonly attached: boolean;
  /** Run as journaled, and the last record of the journal. */
  readonly run: Run;
  readonly last: JournalRecord;
  readonly log: Log;
  /** All runs of the server. */
  readonly runs: () => readonly ActiveRun[];
  readonly onLifecycleEvent: (news: LifecycleEvent) => void;
  /** Called when another server leads: the run has given up, and that server has to finish the run. */
  readonly onFenced: () => void;
}

export class ActiveRun {
  readonly plan: Plan;
  readonly created: RunCreated;
  readonly origin: Origin;
  readonly by: Principal;
  /** Mesh that the plan was made on; null: the run is only finished here. */
  readonly mesh: Mesh | null;
  /** Resolves once the run is finished and its journal closed, durably or as far as the store allows. */
  readonly done: Promise<void>;
  readonly #config: ActiveRunConfig;
  readonly #journal: JournalAppender;
  readonly #clients: AttachedClients;
  /** Mesh whose instances the run knows of; null like `mesh`. */
  #known: Mesh | null;
  #monitor: RunMonitor | null = null;
  #runner: Runner | null = null;
  #startedMs: number | null = null;
  #finish!: () => void;
  #retrying: Alarm = { cancel() {} };
  /** Reason why this server does and writes nothing more for the run; null: the run goes on. */
  #givenUp: "crashed" | "fenced" | "ended" | null = null;
  #haltTold = false;
  #failed = false;
  /** True once the verdict is final and published. */
  #published = false;
  #haltedOthers = false;
  #crashed: string | null = null;

  constructor(config: ActiveRunConfig) {
    const { clock, created, plan, mesh, origin, by, last, attached } = config;
    this.#config = config;
    this.plan = plan;
    this.created = created;
    this.origin = origin;
    this.by = by;
    this.mesh = mesh;
    this.#known = mesh;
    this.done = new Promise((resolve) => {
      this.#finish = resolve;
    });
    this.#journal = new JournalAppender({
      ...{ clock, last },
      write: createJournalWriter(config, () => this.run),
      onFenced: () => this.#fenced(),
    });
    this.#journal.listen(({ entry }) => {
      if (entry.kind !== "event") return;
      if (entry.event.type === "ready") for (const each of this.#there()) this.tryJoin(each);
      if (entry.event.type === "passed") this.#haltOthers();
    });
    this.#clients = new AttachedClients(clock, attached ? (reason) => this.#haltDeserted(reason) : null);
  }
  get id(): RunId {
    return this.plan.run;
  }
  get run(): Run {
    return this.#runner?.run ?? this.#config.run;
  }
  /** Run as published to other readers: a verdict that could not be written yet may have to be withdrawn. */
  get publishedRun(): Run {
    return this.#published ? this.run : (this.#runner?.unfinished ?? this.#config.run);
  }
  /** Start of the run's time, by the server's clock; null: the run is queued. */
  get startedMs(): number | null {
    return this.#startedMs;
  }
  /** Records that exist only in memory. */
  get unwritten(): readonly JournalRecord[] {
    return this.#journal.unwritten;
  }
  get isOver(): boolean {
    return this.isGivenUp || this.run.at === "finished";
  }
  /** True once this server gave the run up, which another term has to finish. */
  get isGivenUp(): boolean {
    return this.#givenUp !== null;
  }
  /** Error that the run crashed with; null: the run did not crash. */
  get crash(): string | null {
    return this.#crashed;
  }
  /**
   * Reason why the run's journal in the store must not be continued; null: the journal is whole, as far as is known.
   */
  get lostJournal(): string | null {
    return this.#journal.gap?.message ?? null;
  }
  /** True while the run is queued. */
  get isQueued(): boolean {
    return this.#runner === null && !this.isOver;
  }

  /**
   * Starts a queued run. The run's time, and so the deadline, counts from here: waiting for other runs is not included.
   */
  start(): void {
    if (!this.isQueued) return;
    this.post({ type: "started" });
    this.notify("started");
  }
  post(happening: UnstampedEvent): void {
    if (this.isGivenUp) return;
    this.#runner ??= this.#createRunner();
    this.#runner.post(happening);
    if (happening.type !== "halted" || this.#haltTold) return;
    this.#haltTold = true;
    this.notify("halted", happening);
  }
  /** Notifies listeners of a lifecycle event. `halting`: a halt that is not in the run's state yet. */
  notify(what: LifecycleEvent["what"], halting?: Pick<HaltRequest, "because" | "reason">): void {
    const news = lifecycleEventOf(what, this.run, this.created, this.origin);
    const { because, reason } = halting ?? news;
    this.#config.onLifecycleEvent({ ...news, because, reason });
  }
  /**
   * Ends this run, and no other, for an internal error in a part that the run started. The verdict is HALTED, since no
   * reader can judge samples that were not taken. `where`: "" for an error that certainly belongs to this run.
   */
  fail(error: unknown, where = ""): void {
    const { log } = this.#config;
    if (this.isOver || this.#failed) return;
    this.#failed = true;
    const { message, stack } = error instanceof Error ? error : { message: String(error), stack: undefined };
    log.error(`${this.id}: internal error, the run is halted`, { error: stack ?? message });
    const reason = `The run was halted for an error of Squall's own${where}: ${message}`;
    this.post({ type: "halted", because: "internal", reason, recover: false });
  }
  #createRunner(): Runner {
    const { fleet, plan, secrets, log, run } = this.#config;
    const fail = (error: unknown) => this.fail(error);
    const clock = contained(this.#config.clock, fail);
    // An orphaned run goes on where the journal ends.
    const startedMs = clock.nowMs() - run.atMs;
    this.#startedMs = startedMs;
    const post = (happening: UnstampedEvent) => this.post(happening);
    const mark = drawMark(plan);
    const spans = () => this.run.spans;
    const agents = () => this.run.agents;
    const means = {
      ...{ clock, plan, fleet, post, log, fail },
      openMonitor: async () => {
        if (this.mesh === null) throw new Error("there is no mesh to look at");
        const monitor = await RunMonitor.open({
          ...this.#config,
          clock,
          mesh: this.mesh,
          startedMs,
          mark,
          spans,
          agents,
          post,
          fail,
        });
        this.#monitor = monitor;
        if (this.#known !== null && this.#known !== this.mesh) monitor.readdress(this.#known);
        return monitor;
      },
      publish: () => {
        this.#publish().catch((error) => this.#crash(error));
      },
    };
    const effects = createEffectHandlers(means);
    const runner = new Runner({
      ...{ clock, secrets, startedMs, run, journal: this.#journal },
      perform: (effect) => performEffect(effects, effect),
      withdraw: () => fleet.withdraw(plan.run),
      onCrash: (error) => this.#crash(error),
    });
    fleet.register({
      ...{ plan, post, mark },
      endsAtMs: startedMs + plan.limits.deadlineMs,
      tickedMs: () => runner.tickedMs,
      standstill: () => runner.standstill,
      marked: (boot, heard) => {
        try {
          this.#monitor?.receiveMarks(boot, heard);
        } catch (error) {
          fail(error);
        }
      },
      counted: (boot, counts, gen) => {
        try {
          this.#monitor?.receiveCounts(boot, counts, gen);
        } catch (error) {
          fail(error);
        }
      },
      stalled: ({ fromMs, toMs, ...stall }, beside) => {
        this.#monitor?.stalled(fromMs, toMs, beside);
        if (beside !== null) return;
        post({ type: "stalled", ...stall, fromMs: fromMs - startedMs, toMs: toMs - startedMs });
      },
    });
    if (run.agents.length > 0) fleet.assign(plan.run, run.agents);
    return runner;
  }

  /**
   * Notes instances that came and went since the mesh that the run knows: probes address the present instances, and the
   * journal tells the change. A queued run notes them at its start.
   */
  noteInstances(mesh: Mesh | null): void {
    if (mesh === null || this.#known === null || this.isQueued || this.isOver) return;
    const changes = instanceChanges(this.#known, mesh, addressedServices(this.plan));
    this.#known = mesh;
    if (changes.length === 0) return;
    this.#monitor?.readdress(mesh);
    for (const change of changes) this.post({ type: "instances-changed", ...change });
  }
  /** Adds a ready agent to the run if the plan targets the agent. The run already holds the claims for that agent. */
  tryJoin(candidate: Candidate): void {
    const { run } = this;
    if (!JOINABLE.includes(run.at) || run.agents.some(({ boot }) => boot === candidate.boot)) return;
    const agent = joinerOf(this.plan, candidate, run);
    if (agent !== null) this.post({ type: "joined", agent });
  }
  /**
   * Halts all other runs with injected faults after unclaimed damage: no active run declares such damage, so each of
   * these runs may have caused the damage. This run ends by its own fold. /
   */
  #haltOthers(): void {
    const found = this.run.findings.find(({ because }) => because === "unclaimed-damage");
    if (found === undefined || this.#haltedOthers) return;
    this.#haltedOthers = true;
    const { because, reason } = found;
    for (const other of filterRunning(this.#config.runs()))
      if (other !== this && other.run.injected) other.post({ type: "halted", because, reason, recover: true });
  }
  #there() {
    return this.#config.fleet.instances().filter(({ ready }) => ready);
  }

  /**
   * Calls the listener with each new record, until the returned function is called. `looksOn`: an observer is not the
   * client that started the run, and does not keep an attached run alive.
   */
  listen(listener: (record: JournalRecord) => void, looksOn = false): () => void {
    const stop = this.#journal.listen(listener);
    return looksOn ? stop : this.#clients.add(stop);
  }
  #haltDeserted(reason: string): void {
    this.post({ type: "halted", because: "client-silent", reason, recover: false });
  }

  async #publish(): Promise<void> {
    this.#clients.close();
    this.#runner?.stop();
    const closed = await this.#journal.close();
    if (this.isGivenUp) return;
    if (this.lostJournal !== null) {
      this.#runner?.loseJournal();
      await this.#journal.close();
    } else if (!closed) this.#keepTrying();
    this.#published = true;
    this.notify("finished");
    this.#finish();
  }
  /** Closes a journal that lacks only the last record: the run was finished when the server died. */
  close(): Promise<void> {
    return this.#publish();
  }
  /**
   * Retries closing the journal: the disk may recover while the server lives. Otherwise the next start finds the run
   * unclosed and ends the run as HALTED.
   */
  #keepTrying(): void {
    this.#retrying = every(this.#config.clock, RETRY_MS, () => {
      this.#journal
        .retry()
        .then((written) => written && this.#retrying.cancel())
        .catch(logFailure(this.#config.log, `${this.id}: closing its journal`));
    });
  }
  #crash(error: unknown): void {
    const { fleet, log } = this.#config;
    log.error(`${this.id}: internal error, its faults were taken away: ${(error as Error).stack ?? error}`);
    fleet.revert(this.id, 0);
    this.#crashed = (error as Error).message ?? String(error);
    this.#giveUp("crashed");
  }
  #fenced(): void {
    if (this.isGivenUp) return;
    const { log, onFenced } = this.#config;
    log.warn(`${this.id}: another server leads; its faults are withdrawn, and that server finishes the run`);
    this.#leave("fenced");
    onFenced();
  }
  /** Withdraws the run's faults and stops writing: the next leader finishes the run. */
  abandon(): void {
    if (this.isOver) this.stop();
    else this.#leave("ended");
  }
  #leave(why: "fenced" | "ended"): void {
    const { fleet } = this.#config;
    fleet.withdraw(this.id);
    this.#giveUp(why);
    fleet.unregister(this.id);
  }
  #giveUp(why: "crashed" | "fenced" | "ended"): void {
    this.#givenUp = why;
    this.stop();
    this.#finish();
  }
  stop(): void {
    this.#clients.close();
    this.#retrying.cancel();
    this.#runner?.stop();
  }
}
