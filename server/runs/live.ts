/** A run that is under way: journal, runner, lookout and fleet put together for it. */
import type { Created, JournalRecord } from "../../experiments/model/journal.ts";
import type { Mesh } from "../../experiments/model/mesh.ts";
import type { Plan } from "../../experiments/model/plan.ts";
import { begin, type Run } from "../../experiments/model/run/run.ts";
import { type Alarm, type Clock, every } from "../clock.ts";
import type { Fleet } from "../fleet/fleet.ts";
import type { OpenSource } from "../probes/probe.ts";
import { appendRecords } from "../store/journal.ts";
import { insertRun, updateRun } from "../store/runs.ts";
import type { Db } from "../store/schema.ts";
import { perform, performers } from "./effects.ts";
import type { Happening } from "./happening.ts";
import { Journal } from "./journal.ts";
import { Lookout } from "./lookout.ts";
import { Runner } from "./runner.ts";
import { rowOf } from "./summary.ts";

/** An attached run whose client was not heard of for so long is halted. */
const SILENT_MS = 10_000;
const SILENCE_LOOK_MS = 500;
const RETRY_MS = 250;

export interface LiveConfig {
  readonly clock: Clock;
  /** What writes: `Kysely`, since each write is a transaction of its own. */
  readonly transact: <T>(work: (db: Db) => Promise<T>) => Promise<T>;
  readonly fleet: Fleet;
  readonly mesh: Mesh;
  readonly openSource: OpenSource;
  readonly plan: Plan;
  readonly created: Created;
  readonly secrets: readonly string[];
  readonly attached: boolean;
  readonly log: (line: string) => void;
}

export class Live {
  readonly created: Created;
  readonly startedWallMs: number;
  /** Resolves once the run is finished and its journal closed, durably or as well as can be. */
  readonly done: Promise<void>;
  readonly #config: LiveConfig;
  readonly #journal: Journal;
  #runner: Runner | null = null;
  #finish!: () => void;
  #watching: Alarm = { cancel() {} };
  #retrying: Alarm = { cancel() {} };
  #lastHeardMs: number;
  #streams = 0;
  #crashed = false;

  constructor(config: LiveConfig) {
    const { clock, transact, created, plan } = config;
    this.#config = config;
    this.created = created;
    this.startedWallMs = clock.wallMs();
    this.#lastHeardMs = clock.nowMs();
    this.done = new Promise((resolve) => {
      this.#finish = resolve;
    });
    this.#journal = new Journal({
      clock,
      last: null,
      write: (records) =>
        transact(async (db) => {
          if (records[0]!.sequence === 1) await insertRun(db, rowOf(this.run, created, this.startedWallMs, false));
          await appendRecords(db, plan.run, records);
          if (records.at(-1)!.entry.kind === "closed")
            await updateRun(db, plan.run, rowOf(this.run, created, this.startedWallMs, true));
        }),
    });
  }

  get id(): string {
    return this.#config.plan.run;
  }
  get run(): Run {
    return this.#runner?.run ?? begin(this.created.plan);
  }
  /** Records that exist only in memory. */
  get unwritten(): readonly JournalRecord[] {
    return this.#journal.unwritten;
  }
  get isOver(): boolean {
    return this.#crashed || this.run.at === "finished";
  }

  /** Writes the first record; false when not even that could be written. */
  async open(): Promise<boolean> {
    if (!(await this.#journal.append({ kind: "created", created: this.created }))) return false;
    const { clock, attached } = this.#config;
    if (attached) this.#watching = every(clock, SILENCE_LOOK_MS, () => this.#lookForClient());
    return true;
  }
  /** Its turn has come. Its time, and so its deadline, counts from here: what it waited for others is not its own. */
  start(): void {
    if (this.#runner === null) this.post({ type: "started" });
  }
  post(happening: Happening): void {
    this.#runner ??= this.#run();
    this.#runner.post(happening);
  }
  #run(): Runner {
    const { clock, fleet, plan, secrets, log } = this.#config;
    const startedMs = clock.nowMs();
    const post = (happening: Happening) => this.post(happening);
    let lookout: Lookout | null = null;
    const means = {
      ...{ clock, plan, fleet, post, log },
      openLookout: () => {
        lookout = new Lookout({ ...this.#config, startedMs, post });
        return lookout;
      },
      publish: () => void this.#publish(),
    };
    const effects = performers(means);
    const runner = new Runner({
      ...{ clock, secrets, startedMs, run: begin(this.created.plan), journal: this.#journal },
      perform: (effect) => perform(effects, effect),
      withdraw: () => fleet.withdraw(plan.run),
      onCrash: (error) => this.#crash(error),
    });
    fleet.enlist({
      ...{ plan, post },
      endsAtMs: startedMs + plan.limits.deadlineMs,
      tickedMs: () => runner.tickedMs,
      counted: (boot, counts, gen) => lookout?.heard(boot, counts, gen),
    });
    return runner;
  }

  /**
   * Calls with each record as it comes, until the returned function is called. `looksOn`: an onlooker is not the client
   * that started the run, and does not keep an attached run alive.
   */
  listen(listener: (record: JournalRecord) => void, looksOn = false): () => void {
    const stop = this.#journal.listen(listener);
    if (looksOn) return stop;
    this.#streams++;
    return () => {
      this.#streams--;
      this.#lastHeardMs = this.#config.clock.nowMs();
      stop();
    };
  }
  #lookForClient(): void {
    const nowMs = this.#config.clock.nowMs();
    if (this.#streams > 0 || nowMs - this.#lastHeardMs < SILENT_MS) return;
    this.#watching.cancel();
    const reason = `Nobody has listened to this run for ${SILENT_MS / 1_000} s: whoever started it is gone.`;
    this.post({ type: "halted", because: "client-silent", reason, recover: false });
  }

  async #publish(): Promise<void> {
    this.#watching.cancel();
    this.#runner?.stop();
    if (!(await this.#journal.close())) this.#keepTrying();
    this.#finish();
  }
  /** The disk may come back while the server lives; if not, the next start finds the run unclosed and finishes it HALTED. */
  #keepTrying(): void {
    this.#retrying = every(this.#config.clock, RETRY_MS, () => {
      void this.#journal.retry().then((written) => written && this.#retrying.cancel());
    });
  }
  #crash(error: unknown): void {
    this.#crashed = true;
    const { fleet, log } = this.#config;
    log(`${this.id}: internal error, its faults were taken away: ${(error as Error).stack ?? error}`);
    fleet.revert(this.id, 0);
    this.#watching.cancel();
    this.#finish();
  }
  stop(): void {
    this.#watching.cancel();
    this.#retrying.cancel();
    this.#runner?.stop();
  }
}
