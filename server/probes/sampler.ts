/** Asks one active source at its pace and turns the samples of each expectation into a tally a second. */
import type { Interval } from "../../experiments/model/counting.ts";
import type { Phase } from "../../experiments/model/experiment.ts";
import type { Criteria, Seen } from "../../experiments/model/good.ts";
import { compileGood } from "../../experiments/model/good.ts";
import type { Pace } from "../../experiments/model/probes/probe.ts";
import type { Tally } from "../../experiments/model/tally.ts";
import type { Clock } from "../clock.ts";
import { BUCKET_MS, Bucket } from "./bucket.ts";
import { type Paced, paced } from "./paced.ts";
import { Phases, type Stretch } from "./phases.ts";
import type { Source } from "./probe.ts";
import { reasonOf } from "./reason.ts";

/** A look that leaves later than this is not one: it would count our own delay against the system. */
const LATE_MS = 50;

export interface SamplerConfig {
  readonly clock: Clock;
  /** Server clock at run time 0. */
  readonly startedMs: number;
  readonly name: string;
  readonly source: Extract<Source, { kind: "active" }>;
  readonly good: Criteria;
  readonly pace: Pace;
  readonly timeoutMs: number;
  /** Takes an error of the prober's own, which ends the run: a look that is not counted could turn it green. */
  readonly fail: (error: unknown) => void;
  /** Length of a tally; default: a second. */
  readonly bucketMs?: number;
  /** Reasons quote headers; those of bodies are the source's own. */
  readonly capture: boolean;
  /** Taken out of every reason. */
  readonly secrets: readonly string[];
  /** Every judged look, as it comes: guardrails want each. */
  readonly onLook?: (outcome: "good" | "bad" | "errored", why: string) => void;
}

/** One look with its verdict; `sample` is null when it is errored. */
interface Look {
  readonly good: boolean;
  readonly why: string;
  readonly sample: Seen | null;
}
const errored = (why: string): Look => ({ good: false, why, sample: null });
const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

export class Sampler {
  readonly #config: SamplerConfig;
  readonly #judge: ReturnType<typeof compileGood>;
  readonly #phases = new Phases();
  readonly #paced: Paced;
  #buckets = new Map<string, Bucket>();
  readonly #underWay = new Map<Phase, number>();
  #settling: { readonly phase: Phase; readonly done: () => void }[] = [];

  constructor(config: SamplerConfig) {
    this.#config = config;
    this.#judge = compileGood(config.good, config.capture ? "everything" : "nothing");
    const { clock, pace } = config;
    this.#paced = paced(clock, pace, clock.nowMs(), (intendedMs) => this.#look(intendedMs), config.fail);
  }

  /** `windows`: times of the phase that count, by the server's clock; default: all of it. */
  observe(phase: Phase | null, windows?: readonly Interval[]): void {
    this.#paced.catchUp();
    this.#phases.observe(phase, this.#config.clock.nowMs(), windows);
  }
  /** Resolves once every look meant for `phase` is in a bucket. */
  settle(phase: Phase): Promise<void> {
    this.#paced.catchUp();
    return new Promise((done) => {
      this.#settling.push({ phase, done });
      this.#settled();
    });
  }
  /** What was learnt since the last time. No sample is told twice. */
  take(): Tally[] {
    const tallies = [...this.#buckets.values()].map((bucket) => bucket.tally());
    this.#buckets = new Map();
    return tallies;
  }
  async stop(): Promise<void> {
    this.#paced.cancel();
    await this.#config.source.close();
  }

  /** An error in looking or judging is an errored look. Rejects only if counting fails, which ends the run by `fail`. */
  async #look(intendedMs: number): Promise<void> {
    const { clock } = this.#config;
    const stretch = this.#phases.at(intendedMs);
    if (stretch !== null) this.#underWay.set(stretch.phase, (this.#underWay.get(stretch.phase) ?? 0) + 1);
    const lateMs = clock.nowMs() - intendedMs;
    const look =
      lateMs > LATE_MS
        ? errored(`the prober was ${Math.round(lateMs)} ms late`)
        : await this.#judged(intendedMs).catch((error: unknown) => errored(`the look failed: ${messageOf(error)}`));
    this.#count(intendedMs, stretch, look);
    if (stretch === null) return;
    this.#underWay.set(stretch.phase, this.#underWay.get(stretch.phase)! - 1);
    this.#settled();
  }
  /** Latency is known before anything is judged. The body comes last: it costs most, and it may be too large to judge. */
  async #judged(intendedMs: number): Promise<Look> {
    const { source, timeoutMs } = this.#config;
    const sample = await source.look({ intendedMs, giveUpMs: intendedMs + timeoutMs });
    if (sample.kind === "errored") return errored(sample.why);
    const judged = this.#judge(sample);
    if (!judged.good || source.bodies === null) return { ...judged, sample };
    if (sample.unread !== undefined) return errored(sample.unread);
    const verdict = await source.bodies.judge(sample.body ?? "");
    return verdict.kind === "errored" ? errored(verdict.why) : { ...verdict, sample };
  }

  #count(intendedMs: number, stretch: Stretch | null, look: Look): void {
    const { onLook, startedMs, secrets } = this.#config;
    const { sample } = look;
    const why = reasonOf(look.why, secrets);
    onLook?.(sample === null ? "errored" : look.good ? "good" : "bad", why);
    if (stretch === null) return;
    const bucket = this.#bucketOf(intendedMs, stretch);
    const atMs = intendedMs - startedMs;
    if (sample === null) bucket.errored(why);
    else if (look.good) bucket.good(atMs, sample.latencyMs);
    else {
      const { latencyMs, status } = sample;
      bucket.bad({ atMs, why, latencyMs, ...(status === undefined ? {} : { status }) });
    }
  }

  /** Seconds count from the start of the stretch, so that windows of a phase are made of whole ones. */
  #bucketOf(intendedMs: number, { phase, fromMs: stretchMs }: Stretch): Bucket {
    const { name, startedMs, bucketMs = BUCKET_MS } = this.#config;
    const fromMs = stretchMs + Math.floor((intendedMs - stretchMs) / bucketMs) * bucketMs;
    const key = `${phase} ${fromMs}`;
    const bucket = this.#buckets.get(key) ?? new Bucket(name, phase, fromMs - startedMs, bucketMs);
    this.#buckets.set(key, bucket);
    return bucket;
  }

  #settled(): void {
    const isDone = ({ phase }: { phase: Phase }) => (this.#underWay.get(phase) ?? 0) === 0;
    const done = this.#settling.filter(isDone);
    this.#settling = this.#settling.filter((settling) => !isDone(settling));
    for (const settling of done) settling.done();
  }
}
