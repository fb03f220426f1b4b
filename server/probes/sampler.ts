/**
 * Sampler of an active source: samples at the source's pace, and sums the samples of each expectation into a tally a
 * second.
 */

import { randomInt } from "node:crypto";
import { KEPT_BACK_MS, type Tally } from "../../experiments/model/evidence/tally.ts";
import type { Phase } from "../../experiments/model/experiment/phase.ts";
import type { Mesh } from "../../experiments/model/mesh/mesh.ts";
import type { Interval } from "../../experiments/model/plan/counting.ts";
import { FIRST_OF_DURING } from "../../experiments/model/probes/mark.ts";
import { compileCriteria, GOOD_SAMPLE, type SampleJudgement } from "../../experiments/model/sample/criteria.ts";
import type { ErroredCause, SampleObstacle } from "../../experiments/model/sample/errored.ts";
import type { AnsweredSample, Sample } from "../../experiments/model/sample/sample.ts";
import { IMPATIENT_MS } from "../../experiments/model/verdict/stalls.ts";
import type { Alarm, Clock } from "../clock.ts";
import { FaultHold } from "./fault-hold.ts";
import { type Pacer, startPacer } from "./pacer.ts";
import { type PhaseInterval, PhaseTimeline } from "./phase-timeline.ts";
import type { ActiveSource } from "./probe.ts";
import { reasonOf } from "./reason.ts";
import type { SamplerControl, SamplerListener, SampleSettings } from "./sampler-control.ts";
import type { SentSample } from "./sent-sample.ts";
import { BACKLOG_MS, Stalls } from "./stalls.ts";
import { BUCKET_MS, TallyBucket } from "./tally-bucket.ts";

/** Delay beyond which a sample is errored, since such a sample would count our own delay against the system. */
const LATE_MS = 50;
export interface SamplerConfig extends SampleSettings, Omit<SamplerListener, "onTallies"> {
  readonly clock: Clock;
  readonly source: ActiveSource;
  /** Reads messages that have arrived, before the phase of a sample is determined. */
  readonly hear?: () => void;
  /** Random number from 0 to below 1; default: from the system. */
  readonly random?: () => number;
}

/** Uncertainty of a stall's begin: a stall is reported by a message that may be read late. */
const UNSURE_MS = 50;
/** Greatest excess of the real age of edge counts and scraped numbers over the apparent age. */
const TOLD_MS = 1_000;
/** Interval at which a sample under way checks that this loop runs. */
const BEAT_MS = 20;

/** A sample and the verdict on it; `sample` is null if errored, `cause` is null if not. */
interface SampleVerdict {
  readonly good: boolean;
  readonly why: string;
  readonly sample: AnsweredSample | null;
  readonly cause: ErroredCause | null;
}
/** Send time of a sample, and the spread. */
interface SampleTiming {
  readonly number: number;
  readonly slotMs: number;
  readonly intendedMs: number;
  readonly spread: Pick<SentSample, "slotMs" | "spreadMs">;
}
const errored = ({ cause, why }: SampleObstacle): SampleVerdict => ({ good: false, why, sample: null, cause });
const judgedAs = ({ good, why }: SampleJudgement, sample: AnsweredSample): SampleVerdict => ({
  good,
  why,
  sample,
  cause: null,
});
const unknownBy = ({ why }: SampleVerdict, stalledMs: number): SampleObstacle => ({
  cause: "outcome unknown",
  why: `${why}, while an agent stalled for ${Math.round(stalledMs)} ms`,
});
const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

export class Sampler implements SamplerControl {
  readonly #config: SamplerConfig;
  readonly #judge: ReturnType<typeof compileCriteria>;
  /** Judge by all criteria except time. */
  readonly #judgeTimeless: ReturnType<typeof compileCriteria>;
  readonly #stalls = new Stalls();
  /** Stalls that are long enough to make services give up. */
  readonly #longStalls = new Stalls();
  readonly #hold: FaultHold;
  readonly #waiting = new Set<Alarm>();
  /** Stalls of this sampler's own loop. */
  readonly #own = new Stalls();
  #beat: Alarm | null = null;
  #asking = 0;
  #lastLatencyMs = 0;
  readonly #phases = new PhaseTimeline();
  readonly #paced: Pacer;
  #buckets = new Map<string, TallyBucket>();
  readonly #underWay = new Map<Phase, number>();
  #settling: { readonly phase: Phase; readonly done: () => void }[] = [];
  #samples = 0;
  #sent: SentSample[] = [];

  constructor(config: SamplerConfig) {
    this.#config = config;
    const { withinMs: _within, connectMs: _connect, ...timeless } = config.good;
    const capture = config.capture ? "everything" : "nothing";
    this.#judge = compileCriteria(config.good, capture);
    this.#judgeTimeless = compileCriteria(timeless, capture);
    const { clock, pace, leastHoldMs = 0, timeoutMs } = config;
    this.#hold = new FaultHold(leastHoldMs, timeoutMs);
    this.#paced = startPacer(clock, pace, clock.nowMs(), (intendedMs) => this.#sample(intendedMs), config.fail);
  }

  observe(phase: Phase | null, fromMs: number = this.#config.clock.nowMs(), windows?: readonly Interval[]): void {
    // Samples that are due already belong to the phase of the intended time.
    this.#phases.observe(phase, fromMs, windows);
    this.#hold.observe(phase, fromMs);
    this.#paced.catchUp();
  }
  settle(phase: Phase): Promise<void> {
    this.#paced.catchUp();
    return new Promise((done) => {
      this.#settling.push({ phase, done });
      this.#settled();
    });
  }
  readdress(mesh: Pick<Mesh, "services">): void {
    this.#config.source.readdress?.(mesh);
  }
  stalled(fromMs: number, toMs: number): void {
    this.#stalls.add(fromMs, toMs);
    if (toMs - fromMs >= IMPATIENT_MS) this.#longStalls.add(fromMs, toMs);
  }
  take(): Tally[] {
    const tallies = [...this.#buckets.values()].map((bucket) => bucket.tally());
    this.#buckets = new Map();
    return tallies;
  }
  /** Samples answered since the last call, errored samples left out. */
  takeSent(): SentSample[] {
    const sent = this.#sent;
    this.#sent = [];
    return sent;
  }
  async stop(): Promise<void> {
    this.#paced.cancel();
    this.#beat?.cancel();
    for (const alarm of this.#waiting) alarm.cancel();
    await this.#config.source.close();
  }

  /**
   * Takes a sample. An error in sampling or judging makes the sample errored. Rejects only if counting fails, which
   * ends the run by `fail`.
   */
  async #sample(slotMs: number): Promise<void> {
    const { clock, hear, pace } = this.#config;
    hear?.();
    const stretch = this.#phases.at(slotMs);
    if (stretch !== null) this.#underWay.set(stretch.phase, (this.#underWay.get(stretch.phase) ?? 0) + 1);
    if (stretch?.phase === "during") this.#samples = Math.max(this.#samples, FIRST_OF_DURING);
    const number = this.#samples++;
    const spreadMs = stretch?.phase === "baseline" ? this.#spreadMs() : null;
    // A spread sample still belongs to the phase and the second of the slot: the planned counts per second stay.
    const plannedMs = spreadMs === null ? slotMs : slotMs + spreadMs * this.#random();
    if (plannedMs > clock.nowMs()) await this.#until(plannedMs);
    const nowMs = clock.nowMs();
    // A poll keeps no times against which a sample could be late. A poll's sample that this loop kept from leaving at the
    // random moment leaves now, and is none of the spread samples.
    const isKept = !pace.openLoop && nowMs - plannedMs > LATE_MS;
    const intendedMs = isKept ? nowMs : plannedMs;
    const lateMs = nowMs - intendedMs;
    const verdict =
      lateMs > LATE_MS
        ? errored({ cause: "late prober", why: `the prober was ${Math.round(lateMs)} ms late` })
        : await this.#judged(intendedMs, number, stretch?.phase ?? null).catch((error: unknown) =>
            errored({ cause: "look failed", why: `the look failed: ${messageOf(error)}` }),
          );
    this.#count(slotMs, stretch, verdict);
    if (verdict.sample !== null) this.#lastLatencyMs = verdict.sample.latencyMs;
    if (stretch === null) return;
    const spread = spreadMs === null || isKept ? {} : { slotMs, spreadMs };
    if (verdict.sample !== null)
      this.#sent.push(this.#sentOf({ number, slotMs, intendedMs, spread }, stretch, verdict, verdict.sample));
    this.#underWay.set(stretch.phase, this.#underWay.get(stretch.phase)! - 1);
    this.#settled();
  }
  /**
   * Judges a sample after its latency is known. The body comes last: judging a body costs most, and the body may be too
   * large to judge.
   */
  async #judged(intendedMs: number, number: number, phase: Phase | null): Promise<SampleVerdict> {
    const { source, timeoutMs } = this.#config;
    this.#asking++;
    this.#listen();
    const sample = await source
      .sample({ intendedMs, giveUpMs: intendedMs + timeoutMs, number })
      .finally(() => this.#asking--);
    if (phase !== null && sample.kind === "seen") this.#hold.record(phase, intendedMs, sample.latencyMs);
    const verdict = await this.#unstalled(intendedMs, phase, await this.#verdictOn(sample));
    return verdict.good || sample.endpoint === undefined
      ? verdict
      : { ...verdict, why: `${sample.endpoint}: ${verdict.why}` };
  }
  async #verdictOn(sample: Sample): Promise<SampleVerdict> {
    if (sample.kind === "errored") return errored(sample);
    const judged = this.#judge(sample);
    return judged.good ? this.#verdictOnBody(sample) : judgedAs(judged, sample);
  }
  async #verdictOnBody(sample: AnsweredSample): Promise<SampleVerdict> {
    const { bodies } = this.#config.source;
    if (bodies === null) return judgedAs(GOOD_SAMPLE, sample);
    if (sample.unread !== undefined) return errored(sample.unread);
    const verdict = await bodies.judge(sample.body ?? "");
    return verdict.kind === "errored"
      ? errored({ cause: "body not judged", why: verdict.why })
      : judgedAs(verdict, sample);
  }

  /** Verdict after stalls: unchanged, or errored for a bad sample during which an agent stalled. */
  async #unstalled(intendedMs: number, phase: Phase | null, verdict: SampleVerdict): Promise<SampleVerdict> {
    const { clock, onSample } = this.#config;
    const { sample } = verdict;
    if (verdict.good || sample === null || onSample !== undefined) return verdict;
    const isTimed = this.#judgeTimeless(sample).good;
    const isOwn = isTimed ? await this.#isOwnDelay(intendedMs, sample) : null;
    if (isOwn !== null) {
      const rest = await this.#verdictOnBody(sample);
      return rest.good
        ? errored({ cause: "late prober", why: `the prober stood still for ${isOwn} ms meanwhile` })
        : rest;
    }
    const { reachMs = 0 } = this.#config;
    if (!isTimed && reachMs === 0 && sample.end !== "timeout" && sample.latencyMs < IMPATIENT_MS) return verdict;
    await this.#until(clock.nowMs() + KEPT_BACK_MS);
    const endMs = intendedMs + sample.latencyMs;
    const lookedBackMs = reachMs === 0 ? 0 : this.#longStalls.longestIn(intendedMs - reachMs - TOLD_MS, endMs);
    if (lookedBackMs > 0) return errored(unknownBy(verdict, lookedBackMs));
    const stalledMs = this.#stalls.overlap(intendedMs, endMs);
    const queuedMs = stalledMs > 0 ? 0 : this.#longStalls.longestIn(intendedMs - BACKLOG_MS, intendedMs);
    if (queuedMs > 0) return errored(unknownBy(verdict, queuedMs));
    if (stalledMs === 0) return verdict;
    const holdMs = phase === null ? 0 : this.#hold.holdMs(phase, intendedMs);
    if (!isTimed) return this.#isUnknown(intendedMs, sample, holdMs) ? errored(unknownBy(verdict, stalledMs)) : verdict;
    if (!this.#judge(withoutStalls(this.#stalls, intendedMs, sample, holdMs)).good) return verdict;
    // The body is judged last, as for any other sample.
    const rest = await this.#verdictOnBody(sample);
    if (!rest.good) return rest;
    return errored({ cause: "stalled agent", why: `an agent stalled for ${Math.round(stalledMs)} ms` });
  }
  /**
   * True if a sample without a proper answer might have been good without the stall. `holdMs`: part of the sample's
   * time that a fault took.
   */
  #isUnknown(intendedMs: number, { end, latencyMs }: AnsweredSample, holdMs: number): boolean {
    const { good, timeoutMs } = this.#config;
    const withinMs = good.withinMs ?? Number.POSITIVE_INFINITY;
    if (holdMs > withinMs || holdMs >= timeoutMs) return false;
    const endMs = intendedMs + latencyMs;
    if (end !== "timeout") return this.#longStalls.overlap(intendedMs, endMs) >= IMPATIENT_MS;
    // A sample that timed out is surely bad only if the sample's time, less the stall, already exceeds `withinMs`.
    return latencyMs - this.#stalls.overlap(intendedMs, endMs) - UNSURE_MS <= withinMs;
  }
  /** Ms for which this loop stood still, if that alone made the sample late; null: the loop did not. */
  async #isOwnDelay(intendedMs: number, sample: AnsweredSample): Promise<number | null> {
    // An answer may arrive before a beat that is due: let the beat run first.
    await this.#until(this.#config.clock.nowMs());
    const stoodMs = this.#own.overlap(intendedMs, intendedMs + sample.latencyMs);
    return stoodMs > 0 && this.#judge(withoutStalls(this.#own, intendedMs, sample)).good ? Math.round(stoodMs) : null;
  }
  /** Records stalls of this loop while a sample is under way. */
  #listen(): void {
    const { clock } = this.#config;
    const dueMs = clock.nowMs() + BEAT_MS;
    this.#beat ??= clock.wake(dueMs, () => {
      this.#beat = null;
      const nowMs = clock.nowMs();
      if (nowMs - dueMs > LATE_MS) this.#own.add(dueMs, nowMs);
      if (this.#asking > 0) this.#listen();
    });
  }
  #until(untilMs: number): Promise<void> {
    return new Promise((resolve) => {
      const alarm = this.#config.clock.wake(untilMs, () => {
        this.#waiting.delete(alarm);
        resolve();
      });
      this.#waiting.add(alarm);
    });
  }
  /**
   * Ms over which the next sample is spread; null: the sample leaves at the intended time. A poll waits for each
   * answer: spread over more than the pace, or than the answers take, the poll would sample less often.
   */
  #spreadMs(): number | null {
    const { spreadMs, pace } = this.#config;
    if (spreadMs === undefined) return null;
    return pace.openLoop ? spreadMs : Math.min(spreadMs, Math.max(pace.everyMs, this.#lastLatencyMs));
  }
  #random(): number {
    const { random = drawRandom } = this.#config;
    return random();
  }

  #count(slotMs: number, stretch: PhaseInterval | null, verdict: SampleVerdict): void {
    const { onSample, startedMs, secrets } = this.#config;
    const { sample } = verdict;
    const why = reasonOf(verdict.why, secrets);
    onSample?.(sample === null ? "errored" : verdict.good ? "good" : "bad", why);
    if (stretch === null || (sample !== null && this.#config.awaitsTreatment === true)) return;
    const bucket = this.#bucketOf(slotMs, stretch);
    const atMs = slotMs - startedMs;
    if (sample === null) bucket.errored({ cause: verdict.cause ?? "other", why });
    else if (verdict.good) bucket.good(atMs, sample.latencyMs);
    else {
      const { latencyMs, status } = sample;
      bucket.bad({ atMs, why, latencyMs, ...(status === undefined ? {} : { status }) });
    }
  }

  /**
   * Bucket of a sample. Seconds count from the start of the interval, so that windows of a phase consist of whole
   * seconds.
   */
  #bucketOf(intendedMs: number, { phase, fromMs: stretchMs }: PhaseInterval): TallyBucket {
    const { name, startedMs, bucketMs = BUCKET_MS } = this.#config;
    const fromMs = stretchMs + Math.floor((intendedMs - stretchMs) / bucketMs) * bucketMs;
    const key = `${phase} ${fromMs}`;
    const bucket = this.#buckets.get(key) ?? new TallyBucket(name, phase, fromMs - startedMs, bucketMs);
    this.#buckets.set(key, bucket);
    return bucket;
  }

  #sentOf(
    { number, slotMs, intendedMs, spread }: SampleTiming,
    { phase, fromMs }: PhaseInterval,
    verdict: SampleVerdict,
    sample: AnsweredSample,
  ): SentSample {
    const { awaitsTreatment = false, secrets } = this.#config;
    const times = { sentMs: intendedMs, answeredMs: intendedMs + sample.latencyMs };
    const heldMs = this.#own.overlap(times.sentMs, times.answeredMs);
    const marks = { ...(verdict.good ? {} : { isBad: true as const }), ...(heldMs > 0 ? { heldMs } : {}) };
    const sent = { number, phase, ...times, ...spread, ...marks };
    if (!awaitsTreatment) return sent;
    const { latencyMs, status } = sample;
    const judged = { good: verdict.good, why: reasonOf(verdict.why, secrets), latencyMs };
    const secondMs = secondOf(slotMs, fromMs);
    return { ...sent, outcome: { ...judged, secondMs, ...(status === undefined ? {} : { status }) } };
  }

  #settled(): void {
    const isDone = ({ phase }: { phase: Phase }) => (this.#underWay.get(phase) ?? 0) === 0;
    const done = this.#settling.filter(isDone);
    this.#settling = this.#settling.filter((settling) => !isDone(settling));
    for (const settling of done) settling.done();
  }
}

const drawRandom = (): number => randomInt(2 ** 32) / 2 ** 32;
const withoutStalls = (stalls: Stalls, intendedMs: number, sample: AnsweredSample, holdMs = 0): AnsweredSample => {
  const taken = (ms: number) => ms - stalls.overlap(intendedMs, intendedMs + ms);
  const { latencyMs, connectMs } = sample;
  return {
    ...sample,
    latencyMs: Math.max(taken(latencyMs), Math.min(holdMs, latencyMs)),
    ...(connectMs === undefined ? {} : { connectMs: taken(connectMs) }),
  };
};

/** Begin of the second, counted from the interval's start, that contains a moment. */
const secondOf = (ms: number, stretchMs: number): number =>
  stretchMs + Math.floor((ms - stretchMs) / BUCKET_MS) * BUCKET_MS;
