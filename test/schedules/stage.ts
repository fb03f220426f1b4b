/** Scheduler stage: a real database and a hand-driven clock; runs are rows that end when the test says so. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { asRunId, type DocumentName, type RunId } from "../../experiments/model/names.ts";
import { splitDocumentName } from "../../experiments/model/notation/document-name.ts";
import { ApiError } from "../../server/errors.ts";
import { lineLog } from "../../server/log.ts";
import type { LifecycleEvent } from "../../server/runs/lifecycle-events.ts";
import type { StartRequest } from "../../server/runs/start/request.ts";
import { Scheduler } from "../../server/schedules/scheduler.ts";
import { deleteDocument, getDocument, putDocument } from "../../server/store/documents.ts";
import { insertInstant } from "../../server/store/instants.ts";
import { acquireLeaderRowAlone, lockEpoch } from "../../server/store/leader-row.ts";
import { openStore, type Store } from "../../server/store/open.ts";
import { insertRun, updateRun } from "../../server/store/runs.ts";
import { FakeClock } from "../server/fake-clock.ts";

export interface StartedRun {
  readonly id: RunId;
  readonly server: string;
  readonly wallMs: number;
  readonly submission: StartRequest;
}
/** Metadata as written: without a namespace, as in databases from before there were any, unless the name has one. */
const metadataOf = (name: DocumentName) => (name.includes("/") ? splitDocumentName(name) : { name });
const EXPERIMENT = "checkout-survives";

export class Stage {
  readonly clock = new FakeClock();
  readonly started: StartedRun[] = [];
  readonly halts: string[] = [];
  readonly log: string[] = [];
  readonly store: Store;
  /** Error that every start throws; null: starts succeed. */
  refusal: Error | null = null;
  readonly #folder: string;
  #count = 0;
  #epoch = 0;
  readonly #listeners = new Set<(news: LifecycleEvent) => void>();
  /** Outcomes of instants, as reported to the metrics. */
  readonly counted: string[] = [];
  readonly #schedulers: Scheduler[] = [];

  private constructor(folder: string, store: Store) {
    this.#folder = folder;
    this.store = store;
  }
  /** Opens a stage. `at`: time on the wall clock, ISO. The store is an SQLite file unless `databaseUrl` is set. */
  static async open(at: string, databaseUrl?: string): Promise<Stage> {
    const folder = mkdtempSync(join(tmpdir(), "squall-schedules-"));
    const stage = new Stage(folder, await openStore({ folder, databaseUrl }));
    stage.clock.wallJumpMs = Date.parse(at) - stage.clock.wallMs();
    await putDocument(stage.store.db, {
      ...{ kind: "Experiment", name: EXPERIMENT, by: "anna", atMs: stage.clock.wallMs() },
      content: { kind: "Experiment" },
    });
    return stage;
  }
  async close(): Promise<void> {
    await Promise.all(this.#schedulers.map((scheduler) => scheduler.end()));
    await this.store.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** `name`: qualified. */
  async apply(name: string, spec: object): Promise<void> {
    const content = {
      ...{ apiVersion: "squall.dev/v1", kind: "Schedule", metadata: metadataOf(name) },
      spec: { experiment: EXPERIMENT, ...spec },
    };
    await putDocument(this.store.db, { kind: "Schedule", name, content, by: "anna", atMs: this.clock.wallMs() });
  }
  async applyExperiment(name: string, description: string): Promise<void> {
    const content = { kind: "Experiment", spec: { description } };
    await putDocument(this.store.db, { kind: "Experiment", name, content, by: "anna", atMs: this.clock.wallMs() });
  }
  async remove(name: string): Promise<void> {
    await deleteDocument(this.store.db, { kind: "Schedule", name, by: "anna", atMs: this.clock.wallMs() });
  }

  /** Elects a server. `leads`: the server's belief about the lead. `asBefore`: in the previous epoch. */
  async elect(server: string, { leads = (): boolean => true, asBefore = false } = {}): Promise<Scheduler> {
    const epoch = asBefore ? this.#epoch : await acquireLeaderRowAlone(this.store.db, server, "http://127.0.0.1:1");
    this.#epoch = epoch;
    const scheduler = new Scheduler({
      ...{ clock: this.clock, store: this.store, epoch, leads },
      log: lineLog((line) => this.log.push(line)),
      experiment: async (name, version) => {
        const stored = await getDocument(this.store.db, "Experiment", name, version ?? undefined);
        if (stored === null) throw new ApiError("no-such-document", `there is no experiment ${name}`);
        return { content: stored.content, version: stored.version, redact: [] };
      },
      start: (submission) => this.#start(server, epoch, submission),
      haltAll: async (reason) => this.halts.push(reason),
      onInstant: (outcome) => this.counted.push(outcome),
      onFinished: (listener) => {
        this.#listeners.add(listener);
        return () => this.#listeners.delete(listener);
      },
    });
    this.#schedulers.push(scheduler);
    await scheduler.begin();
    return scheduler;
  }

  /**
   * Starts a run as the server does: the instant and the run's row in the same transaction, which succeeds only in the
   * leader's epoch.
   */
  async #start(server: string, epoch: number, submission: StartRequest): Promise<{ id: RunId; again: boolean }> {
    if (this.refusal !== null) throw this.refusal;
    const id = asRunId(`run-${++this.#count}`);
    const { schedule = "", instantMs = 0 } = submission;
    const wallMs = this.clock.wallMs();
    const mine = await this.store.db.transaction().execute(async (tx) => {
      await lockEpoch(tx, epoch);
      const taken = { schedule, instant_ms: instantMs, outcome: "started", run: id, at_ms: wallMs };
      if (!(await insertInstant(tx, taken))) return false;
      const row = { id, experiment: EXPERIMENT, file: null, state: "queued", verdict: null, because: null, reason: "" };
      await insertRun(tx, { ...row, seed: 1, started_ms: wallMs, duration_ms: 0, closed: 0, schedule });
      return true;
    });
    if (mine) this.started.push({ id, server, wallMs, submission });
    return { id, again: !mine };
  }
  /** Ends a run with a verdict, and notifies the listeners; `tell: false`: the server died before that. */
  async finish(id: RunId, verdict: string | null, { tell = true } = {}): Promise<void> {
    await updateRun(this.store.db, id, { closed: 1, state: "finished", verdict, reason: "because of that." });
    const schedule = this.started.find((run) => run.id === id)!.submission.schedule!;
    if (tell) for (const listener of this.#listeners) listener({ id, schedule } as LifecycleEvent);
    await this.idle();
  }
  /** Waits until all work that needs no time is done. */
  async idle(): Promise<void> {
    for (let i = 0; i < 5; i++) await setImmediate();
  }
  async pass(ms: number, stepMs = 1_000): Promise<void> {
    for (let left = ms; left > 0; left -= stepMs) {
      await this.clock.advance(Math.min(stepMs, left));
      await setImmediate();
    }
    await this.idle();
  }
  /** Instants of a schedule's runs, as `MM-DDTHH:MM` in UTC. */
  instants(schedule: string): string[] {
    return this.started
      .filter(({ submission }) => submission.schedule === schedule)
      .map(({ submission }) => new Date(submission.instantMs!).toISOString().slice(5, 16));
  }
}
