/** The runs of a server: one at a time on its mesh, in the order they came; the finished ones from the store. */
import type { JournalRecord } from "../../experiments/model/journal.ts";
import { type RunReport, reportOf, reportOfJournal } from "../../experiments/model/report.ts";
import type { RunSummary } from "../api/contract/index.ts";
import { Refusal } from "../api/errors.ts";
import type { Clock } from "../clock.ts";
import type { Fleet } from "../fleet/fleet.ts";
import type { OpenSource } from "../probes/probe.ts";
import { readRecords } from "../store/journal.ts";
import type { Store } from "../store/open.ts";
import { findRun, listRuns } from "../store/runs.ts";
import type { Happening } from "./happening.ts";
import { Live } from "./live.ts";
import { type Ground, type Submission, submit } from "./submit.ts";
import { rowOf, summaryOf } from "./summary.ts";

export interface RunsConfig extends Ground {
  readonly clock: Clock;
  readonly store: Store;
  readonly fleet: Fleet;
  readonly openSource: OpenSource;
  readonly log: (line: string) => void;
}
export type Halting = Omit<Extract<Happening, { type: "halted" }>, "type">;

export class Runs {
  readonly #config: RunsConfig;
  /** Under way, waiting, or finished with records that could not be written. In the order they came. */
  readonly #live = new Map<string, Live>();
  #draining = false;

  constructor(config: RunsConfig) {
    this.#config = config;
  }

  async start(submission: Submission): Promise<{ id: string }> {
    if (this.#draining) throw new Refusal("draining", "this server is closing and starts no more runs");
    const { mesh, store, log } = this.#config;
    const { plan, created } = submit(submission, this.#config);
    const live = new Live({
      ...this.#config,
      ...{ plan, created, secrets: submission.redact, attached: submission.attached, log },
      mesh: mesh!,
      transact: (work) => store.db.transaction().execute(work),
    });
    if (!(await live.open())) throw new Refusal("internal", "the journal cannot be written, so nothing is started");
    this.#live.set(live.id, live);
    void live.done.then(() => this.#ended(live));
    this.#next();
    return { id: live.id };
  }
  /** The next in the queue, once nobody is before it: two runs on one mesh would see each other's damage. */
  #next(): void {
    const first = [...this.#live.values()].find(({ isOver }) => !isOver);
    first?.start();
  }
  #ended(live: Live): void {
    if (live.unwritten.length === 0) {
      live.stop();
      this.#live.delete(live.id);
    }
    this.#next();
  }

  async list(): Promise<RunSummary[]> {
    const live = [...this.#live.values()].map((run) =>
      summaryOf(rowOf(run.run, run.created, run.startedWallMs, false)),
    );
    const stored = (await listRuns(this.#config.store.db)).map(summaryOf).filter(({ id }) => !this.#live.has(id));
    return [...live.reverse(), ...stored];
  }
  async report(id: string): Promise<RunReport> {
    const live = this.#live.get(id);
    if (live !== undefined)
      return reportOf(live.run, live.created, { startedAt: new Date(live.startedWallMs).toISOString() });
    return reportOfJournal(await this.records(id)) ?? this.#unknown(id);
  }
  /** From the store, and from memory what could not be written. */
  async records(id: string, after = 0): Promise<JournalRecord[]> {
    if (!this.#live.has(id) && (await findRun(this.#config.store.db, id)) === undefined) this.#unknown(id);
    const stored = await readRecords(this.#config.store.db, id, after);
    const last = stored.at(-1)?.sequence ?? after;
    const unwritten = this.#live.get(id)?.unwritten.filter(({ sequence }) => sequence > last) ?? [];
    return [...stored, ...unwritten];
  }
  #unknown(id: string): never {
    throw new Refusal("no-such-run", `there is no run ${JSON.stringify(id)} on this server`);
  }
  live(id: string): Live | null {
    return this.#live.get(id) ?? null;
  }

  /** Ids of the runs that were halted. */
  async halt(id: string, halting: Halting): Promise<string[]> {
    const live = this.#live.get(id);
    if (live === undefined) {
      await this.records(id);
      throw new Refusal("run-is-over", `run ${id} is over: there is nothing to halt`);
    }
    return this.#halt([live], halting);
  }
  haltAll(halting: Halting): string[] {
    return this.#halt([...this.#live.values()], halting);
  }
  #halt(runs: readonly Live[], halting: Halting): string[] {
    const halted = runs.filter(({ isOver }) => !isOver);
    for (const live of halted) live.post({ type: "halted", ...halting });
    return halted.map(({ id }) => id);
  }

  /** Takes no more runs, halts those there are, and resolves when all are finished. */
  async drain(halting: Halting): Promise<void> {
    this.#draining = true;
    this.haltAll(halting);
    await Promise.all([...this.#live.values()].map(({ done }) => done));
  }
  stop(): void {
    for (const live of this.#live.values()) live.stop();
  }
}
