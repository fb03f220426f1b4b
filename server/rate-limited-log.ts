/**
 * Lines that a peer can cause as often as it likes: each subject is told at once, and from then on once a minute with
 * the number of times. Nobody can fill a disk, or hide one line among thousands, by asking again.
 */
import type { LogFields, LogLevel } from "../experiments/model/log-line.ts";
import type { Alarm, Clock } from "./clock.ts";
import type { Log } from "./log.ts";

const MINUTE_MS = 60_000;
/** Subjects that are kept apart; whatever comes beyond them is told as one. */
const MAX_SUBJECTS = 1_000;
const OTHERS = "others";

interface LogLine {
  readonly level: LogLevel;
  readonly message: string;
  readonly fields: LogFields;
}
interface SubjectLines {
  last: LogLine;
  /** Lines told at once in this minute. */
  told: number;
  /** Since it was last told. */
  times: number;
}
export class RateLimitedLog {
  readonly #log: Log;
  readonly #clock: Clock;
  readonly #burst: number;
  readonly #subjects = new Map<string, SubjectLines>();
  #alarm: Alarm | null = null;

  /** `burst`: so many lines of one subject are told at once before they are counted. */
  constructor(log: Log, clock: Clock, burst = 1) {
    this.#log = log;
    this.#clock = clock;
    this.#burst = burst;
  }
  /** `about`: an address or a credential, and what it did. */
  warn(about: string, message: string, fields: LogFields = {}): void {
    this.write(about, { level: "warn", message, fields });
  }
  write(about: string, line: LogLine): void {
    const name = this.#subjects.size < MAX_SUBJECTS || this.#subjects.has(about) ? about : OTHERS;
    const known = this.#subjects.get(name);
    const isTold = known === undefined || known.told < this.#burst;
    if (isTold) this.#log[line.level](line.message, line.fields);
    const { told = 0, times = 0 } = known ?? {};
    this.#subjects.set(name, { last: line, told: isTold ? told + 1 : told, times: isTold ? times : times + 1 });
    this.#alarm ??= this.#clock.wake(this.#clock.nowMs() + MINUTE_MS, () => this.#flush());
  }
  /** Tells what is left, so that nothing is lost with the process. */
  close(): void {
    this.#alarm?.cancel();
    this.#flush();
    this.#alarm?.cancel();
    this.#alarm = null;
  }
  /** Subjects that were silent for a minute are forgotten: told at once when they come again. */
  #flush(): void {
    this.#alarm = null;
    for (const [name, subject] of this.#subjects) {
      const { last, times } = subject;
      if (times === 0) {
        this.#subjects.delete(name);
        continue;
      }
      const { level, message, fields } = last;
      this.#log[level](message, { ...fields, ...(name === OTHERS ? { among: "others" } : {}), more: times });
      this.#subjects.set(name, { ...subject, told: this.#burst, times: 0 });
    }
    if (this.#subjects.size > 0) this.#alarm = this.#clock.wake(this.#clock.nowMs() + MINUTE_MS, () => this.#flush());
  }
}
