/**
 * The instants of a schedule, computed from the given times only: the next instants, the due instant, and the obstacles
 * of each.
 */
import { Cron } from "croner";
import { chance } from "../statistics/random.ts";
import { instantOf, localOf } from "./local-time.ts";
import type { Schedule } from "./schedule.ts";
import { freezesWithin, isOpen } from "./window.ts";

/** Instant at which a schedule starts a run, once. Unix ms. */
export interface ScheduleInstant {
  /** Time by the cron pattern; identifies the instant. */
  readonly instantMs: number;
  /** Start time with jitter. */
  readonly startMs: number;
}

/** Computes in local times as if all were UTC: daylight saving is left to `instantOf` alone. */
const cronOf = (pattern: string): Cron => new Cron(pattern, { timezone: "UTC", mode: "5-part", paused: true });

/**
 * Start date for the search: from 1972 on, every day of a leap year comes around on every weekday before croner's
 * search ends (year 3000).
 */
const SOMEDAY = new Date(Date.UTC(1972, 0, 1));
/** Problem of a cron pattern; null: none. */
export const cronProblem = (pattern: string): string | null => {
  const form = 'minute, hour, day of month, month and day of week, such as "15 10 * * 1-4"';
  // A pattern of digits, dashes and colons would be taken for a date.
  if (pattern.includes(":")) return `expected ${form}`;
  try {
    if (cronOf(pattern).nextRun(SOMEDAY) === null) return "no date is ever like this";
    return null;
  } catch (error) {
    const why = (error as Error).message.replace(/^CronPattern: /, "").replace(/\.$/, "");
    return /parts/.test(why) ? `expected five fields: ${form}` : `expected ${form}; ${why}`;
  }
};

type Timing = Pick<Schedule, "name" | "cron" | "timeZone" | "jitterMs">;

/**
 * Instants later than `afterMs` by the cron pattern, rising. A local time that is shown twice, or never, yields a
 * single instant.
 */
function* risingAfter({ cron, timeZone }: Timing, afterMs: number): Generator<number, void> {
  const pattern = cronOf(cron);
  let last = afterMs;
  let local = pattern.nextRun(new Date(localOf(afterMs, timeZone)));
  while (local !== null) {
    const instantMs = instantOf(local.getTime(), timeZone);
    // In the second showing of an hour, the local times belong to the first showing, which is over.
    if (instantMs > last) {
      last = instantMs;
      yield instantMs;
    }
    local = pattern.nextRun(local);
  }
}

const nextAfter = (timing: Timing, afterMs: number): number | null => risingAfter(timing, afterMs).next().value ?? null;

/** The last instant not later than `atMs`. */
const lastUntil = (timing: Timing, atMs: number): number | null => {
  const { cron, timeZone } = timing;
  // croner leaves the given second out.
  const nextSecond = (Math.floor(localOf(atMs, timeZone) / 1_000) + 1) * 1_000;
  const [local] = cronOf(cron).previousRuns(1, new Date(nextSecond));
  if (local === undefined) return null;
  let found = instantOf(local.getTime(), timeZone);
  // Just before the clocks go back, later local times had their turn already.
  for (const next of risingAfter(timing, found)) {
    if (next > atMs) break;
    found = next;
  }
  return found <= atMs ? found : null;
};

/** Jitter is drawn from name and instant, and ends before the next instant: starts keep the order of the instants. */
const withJitter = (timing: Timing, instantMs: number): ScheduleInstant => {
  const { name, jitterMs } = timing;
  if (jitterMs === 0) return { instantMs, startMs: instantMs };
  const gapMs = (nextAfter(timing, instantMs) ?? Number.POSITIVE_INFINITY) - instantMs;
  const drawnMs = Math.floor(chance(0, "jitter", name, instantMs) * Math.min(jitterMs, gapMs - 1));
  return { instantMs, startMs: instantMs + drawnMs };
};

/** The first `count` instants later than `afterMs`. */
export const nextInstants = (timing: Timing, afterMs: number, count: number): readonly ScheduleInstant[] => {
  const found: ScheduleInstant[] = [];
  for (const instantMs of risingAfter(timing, afterMs)) {
    if (found.length === count) break;
    found.push(withJitter(timing, instantMs));
  }
  return found;
};

/**
 * The last instant in (fromMs, toMs] that should have started by `toMs`: missed instants collapse to a single instant.
 */
export const dueInstant = (timing: Timing, fromMs: number, toMs: number): ScheduleInstant | null => {
  for (let atMs: number | null = lastUntil(timing, toMs); atMs !== null && atMs > fromMs; ) {
    const instant = withJitter(timing, atMs);
    if (instant.startMs <= toMs) return instant;
    atMs = lastUntil(timing, atMs - 1);
  }
  return null;
};

/** Obstacle from the schedule itself against a start at `atMs` (Unix ms). */
export interface ScheduleObstacle {
  readonly why: "window" | "freeze";
  readonly reason: string;
}
export const obstacleAt = ({ windows, freezes, timeZone }: Schedule, atMs: number): ScheduleObstacle | null => {
  const [frozen] = freezesWithin(freezes, timeZone, { fromMs: atMs, toMs: atMs });
  if (frozen !== undefined) return { why: "freeze", reason: frozen.reason };
  return isOpen(windows, timeZone, atMs) ? null : { why: "window", reason: "it lies outside the windows" };
};
