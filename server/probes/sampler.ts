/** Asks one active source at its pace and turns the samples of each expectation into a tally a second. */

import { randomInt } from "node:crypto";
import type { AnsweredSample, Sample, SampleJudgement } from "../../experiments/model/match/criteria.ts";
import { compileCriteria, GOOD_SAMPLE } from "../../experiments/model/match/criteria.ts";
import type { Phase } from "../../experiments/model/phase.ts";
import type { Interval } from "../../experiments/model/verdict/counting.ts";
import type { ErroredCause, SampleObstacle } from "../../experiments/model/verdict/errored.ts";
import { FIRST_OF_DURING } from "../../experiments/model/verdict/mark.ts";
import { IMPATIENT_MS } from "../../experiments/model/verdict/stalls.ts";
import { KEPT_BACK_MS, type Tally } from "../../experiments/model/verdict/tally.ts";
import type { Alarm, Clock } from "../clock.ts";
import { BUCKET_MS, Bucket } from "./bucket.ts";
import { LookHold } from "./look-hold.ts";
import { type Paced, paced } from "./paced.ts";
import { Phases, type Stretch } from "./phases.ts";
import type { ActiveSource, SentSample } from "./probe.ts";
import { reasonOf } from "./reason.ts";
import type { Sampling, SamplingConfig, SamplingListener } from "./sampling.ts";
import { BACKLOG_MS, Stalls } from "./stalls.ts";

/** A look that leaves later than this is not one: it would count our own delay against the system. */
const LATE_MS = 50;
export interface SamplerConfig extends SamplingConfig, Omit<SamplingListener, "onTallies"> {
  readonly clock: Clock;
  readonly source: ActiveSource;
  /** Takes messages that have arrived, before it is looked up to which phase a look belongs. */
  readonly hear?: () => void;
  /** From 0 to below 1; default: from the system. */
  readonly random?: () => number;
}

/** A stall is told by a message that may be heard late: where it began is known to so much. */
const UNSURE_MS = 50;
/** Numbers of edges, and those that are scraped, are up to so much older than they seem. */
const TOLD_MS = 1_000;
/** How often a look under way makes sure that this loop runs. */
const BEAT_MS = 20;

/** A look with its verdict; `sample` is null when it is errored, `cause` when it is not. */
interface Look {
  readonly good: boolean;
  readonly why: string;
  readonly sample: AnsweredSample | null;
  readonly cause: ErroredCause | null;
}
/** When a look was sent, and how it was spread. */
interface SentLook {
  readonly number: number;
  readonly slotMs: number;
  readonly intendedMs: number;
  readonly spread: Pick<SentSample, "slotMs" | "spreadMs">;
}
const errored = ({ cause, why }: SampleObstacle): Look => ({ good: false, why, sample: null, cause });
const judgedAs = ({ good, why }: SampleJudgement, sample: AnsweredSample): Look => ({ good, why, sample, cause: null });
const unknownBy = ({ why }: Look, stalledMs: number): SampleObstacle => ({
  cause: "outcome unknown",
  why: `${why}, while an agent stalled for ${Math.round(stalledMs)} ms`,
});
const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

export class Sampler implements Sampling {
  readonly #config: SamplerConfig;
  readonly #judge: ReturnType<typeof compileCriteria>;
  /** By everything but time. */
  readonly #judgeTimeless: ReturnType<typeof compileCriteria>;
  readonly #stalls = new Stalls();
  /** Those of them that are long enough to make services give up. */
  readonly #longStalls = new Stalls();
  readonly #hold: LookHold;
  readonly #waiting = new Set<Alarm>();
  /** Of the loop that looks. */
  readonly #own = new Stalls();
  #beat: Alarm | null = null;
  #asking = 0;
  #lastLatencyMs = 0;
  readonly #phases = new Phases();
  readonly #paced: Paced;
  #buckets = new Map<string, Bucket>();
  readonly #underWay = new Map<Phase, number>();
  #settling: { readonly phase: Phase; readonly done: () => void }[] = [];
  #looks = 0;
  #sent: SentSample[] = [];

  constructor(config: SamplerConfig) {
    this.#config = config;
    const { withinMs: _within, connectMs: _connect, ...timeless } = config.good;
    const capture = config.capture ? "everything" : "nothing";
    this.#judge = compileCriteria(config.good, capture);
    this.#judgeTimeless = compileCriteria(timeless, capture);
    const { clock, pace, leastHoldMs = 0, timeoutMs } = config;
    this.#hold = new LookHold(leastHoldMs, timeoutMs);
    this.#paced = paced(clock, pace, clock.nowMs(), (intendedMs) => this.#look(intendedMs), config.fail);
  }

  observe(phase: Phase | null, fromMs: number = this.#config.clock.nowMs(), windows?: readonly Interval[]): void {
    // Looks that are due already have the phase of their intended time, whichever that is.
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
  stalled(fromMs: number, toMs: number): void {
    this.#stalls.add(fromMs, toMs);
    if (toMs - fromMs >= IMPATIENT_MS) this.#longStalls.add(fromMs, toMs);
  }
  take(): Tally[] {
    const tallies = [...this.#buckets.values()].map((bucket) => bucket.tally());
    this.#buckets = new Map();
    return tallies;
  }
  /** The samples that were answered since the last time, errored looks left out. */
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

  /** An error in looking or judging is an errored look. Rejects only if counting fails, which ends the run by `fail`. */
  async #look(slotMs: number): Promise<void> {
    const { clock, hear } = this.#config;
    hear?.();
    const stretch = this.#phases.at(slotMs);
    if (stretch !== null) this.#underWay.set(stretch.phase, (this.#underWay.get(stretch.phase) ?? 0) + 1);
    if (stretch?.phase === "during") this.#looks = Math.max(this.#looks, FIRST_OF_DURING);
    const number = this.#looks++;
    const spreadMs = stretch?.phase === "baseline" ? this.#spreadMs() : null;
    // A spread look still belongs to the phase and the second of its slot: their numbers stay as planned.
    const intendedMs = spreadMs === null ? slotMs : slotMs + spreadMs * this.#random();
    if (intendedMs > clock.nowMs()) await this.#until(intendedMs);
    const lateMs = clock.nowMs() - intendedMs;
    const look =
      lateMs > LATE_MS
        ? errored({ cause: "late prober", why: `the prober was ${Math.round(lateMs)} ms late` })
        : await this.#judged(intendedMs, number, stretch?.phase ?? null).catch((error: unknown) =>
            errored({ cause: "look failed", why: `the look failed: ${messageOf(error)}` }),
          );
    this.#count(slotMs, stretch, look);
    if (look.sample !== null) this.#lastLatencyMs = look.sample.latencyMs;
    if (stretch === null) return;
    const spread = spreadMs === null ? {} : { slotMs, spreadMs };
    if (look.sample !== null)
      this.#sent.push(this.#sentOf({ number, slotMs, intendedMs, spread }, stretch, look, look.sample));
    this.#underWay.set(stretch.phase, this.#underWay.get(stretch.phase)! - 1);
    this.#settled();
  }
  /** Latency is known before anything is judged. The body comes last: it costs most, and it may be too large to judge. */
  async #judged(intendedMs: number, number: number, phase: Phase | null): Promise<Look> {
    const { source, timeoutMs } = this.#config;
    this.#asking++;
    this.#listen();
    const sample = await source
      .look({ intendedMs, giveUpMs: intendedMs + timeoutMs, number })
      .finally(() => this.#asking--);
    if (phase !== null && sample.kind === "seen") this.#hold.saw(phase, intendedMs, sample.latencyMs);
    const look = await this.#unstalled(intendedMs, phase, await this.#verdictOn(sample));
    return look.good || sample.endpoint === undefined ? look : { ...look, why: `${sample.endpoint}: ${look.why}` };
  }
  async #verdictOn(sample: Sample): Promise<Look> {
    if (sample.kind === "errored") return errored(sample);
    const judged = this.#judge(sample);
    return judged.good ? this.#verdictOnBody(sample) : judgedAs(judged, sample);
  }
  async #verdictOnBody(sample: AnsweredSample): Promise<Look> {
    const { bodies } = this.#config.source;
    if (bodies === null) return judgedAs(GOOD_SAMPLE, sample);
    if (sample.unread !== undefined) return errored(sample.unread);
    const verdict = await bodies.judge(sample.body ?? "");
    return verdict.kind === "errored"
      ? errored({ cause: "body not judged", why: verdict.why })
      : judgedAs(verdict, sample);
  }

  /** The same look; a bad look during which an agent stalled may become errored. */
  async #unstalled(intendedMs: number, phase: Phase | null, look: Look): Promise<Look> {
    const { clock, onLook } = this.#config;
    const { sample } = look;
    if (look.good || sample === null || onLook !== undefined) return look;
    const isTimed = this.#judgeTimeless(sample).good;
    const isOwn = isTimed ? await this.#isOwnDelay(intendedMs, sample) : null;
    if (isOwn !== null) {
      const rest = await this.#verdictOnBody(sample);
      return rest.good
        ? errored({ cause: "late prober", why: `the prober stood still for ${isOwn} ms meanwhile` })
        : rest;
    }
    const { reachMs = 0 } = this.#config;
    if (!isTimed && reachMs === 0 && sample.end !== "timeout" && sample.latencyMs < IMPATIENT_MS) return look;
    await this.#until(clock.nowMs() + KEPT_BACK_MS);
    const endMs = intendedMs + sample.latencyMs;
    const lookedBackMs = reachMs === 0 ? 0 : this.#longStalls.longestIn(intendedMs - reachMs - TOLD_MS, endMs);
    if (lookedBackMs > 0) return errored(unknownBy(look, lookedBackMs));
    const stalledMs = this.#stalls.overlap(intendedMs, endMs);
    const queuedMs = stalledMs > 0 ? 0 : this.#longStalls.longestIn(intendedMs - BACKLOG_MS, intendedMs);
    if (queuedMs > 0) return errored(unknownBy(look, queuedMs));
    if (stalledMs === 0) return look;
    const holdMs = phase === null ? 0 : this.#hold.ofLook(phase, intendedMs);
    if (!isTimed) return this.#isUnknown(intendedMs, sample, holdMs) ? errored(unknownBy(look, stalledMs)) : look;
    if (!this.#judge(withoutStalls(this.#stalls, intendedMs, sample, holdMs)).good) return look;
    // The body is asked last, as of any other look.
    const rest = await this.#verdictOnBody(sample);
    if (!rest.good) return rest;
    return errored({ cause: "stalled agent", why: `an agent stalled for ${Math.round(stalledMs)} ms` });
  }
  /** Whether a look without a proper answer might have been good, had no agent stalled. `holdMs`: a fault took so much of it. */
  #isUnknown(intendedMs: number, { end, latencyMs }: AnsweredSample, holdMs: number): boolean {
    const { good, timeoutMs } = this.#config;
    const withinMs = good.withinMs ?? Number.POSITIVE_INFINITY;
    if (holdMs > withinMs || holdMs >= timeoutMs) return false;
    const endMs = intendedMs + latencyMs;
    if (end !== "timeout") return this.#longStalls.overlap(intendedMs, endMs) >= IMPATIENT_MS;
    // Given up before its time was over: what it had, less the stall, must have been too long already.
    return latencyMs - this.#stalls.overlap(intendedMs, endMs) - UNSURE_MS <= withinMs;
  }
  /** Ms for which this loop stood still, where that alone made the sample late; null: it did not. */
  async #isOwnDelay(intendedMs: number, sample: AnsweredSample): Promise<number | null> {
    // An answer may be heard of before the beat that is due: that comes first.
    await this.#until(this.#config.clock.nowMs());
    const stoodMs = this.#own.overlap(intendedMs, intendedMs + sample.latencyMs);
    return stoodMs > 0 && this.#judge(withoutStalls(this.#own, intendedMs, sample)).good ? Math.round(stoodMs) : null;
  }
  /** Notes when this loop runs late, while a look is under way. */
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
   * Ms over which the next look is spread; null: it leaves at its own time. A poll waits for its answer: spread over more than
   * its pace, or than its answers take, it would look less often.
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

  #count(slotMs: number, stretch: Stretch | null, look: Look): void {
    const { onLook, startedMs, secrets } = this.#config;
    const { sample } = look;
    const why = reasonOf(look.why, secrets);
    onLook?.(sample === null ? "errored" : look.good ? "good" : "bad", why);
    if (stretch === null || (sample !== null && this.#config.isGrouped === true)) return;
    const bucket = this.#bucketOf(slotMs, stretch);
    const atMs = slotMs - startedMs;
    if (sample === null) bucket.errored({ cause: look.cause ?? "other", why });
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

  #sentOf(
    { number, slotMs, intendedMs, spread }: SentLook,
    { phase, fromMs }: Stretch,
    look: Look,
    sample: AnsweredSample,
  ): SentSample {
    const { isGrouped = false, secrets } = this.#config;
    const times = { sentMs: intendedMs, answeredMs: intendedMs + sample.latencyMs };
    const heldMs = this.#own.overlap(times.sentMs, times.answeredMs);
    const marks = { ...(look.good ? {} : { isBad: true as const }), ...(heldMs > 0 ? { heldMs } : {}) };
    const sent = { number, phase, ...times, ...spread, ...marks };
    if (!isGrouped) return sent;
    const { latencyMs, status } = sample;
    const judged = { good: look.good, why: reasonOf(look.why, secrets), latencyMs };
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

/** Where the second of a stretch begins that a moment lies in. */
const secondOf = (ms: number, stretchMs: number): number =>
  stretchMs + Math.floor((ms - stretchMs) / BUCKET_MS) * BUCKET_MS;
