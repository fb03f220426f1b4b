/**
 * Log lines that a peer can cause at will: the first line of a subject is logged at once, later lines once a minute
 * with a count. A peer can neither fill a disk, nor hide a line among thousands, by repeating a request.
 */
import type { LogFields, LogLevel } from "../experiments/model/text/log-line.ts";
import type { Alarm, Clock } from "./clock.ts";
import type { Log } from "./log.ts";

const MINUTE_MS = 60_000;
/** Subjects that are kept apart; further subjects are logged as a single subject. */
const MAX_SUBJECTS = 1_000;
const OTHERS = "others";

interface LogLine {
  readonly level: LogLevel;
  readonly message: string;
  readonly fields: LogFields;
}
interface SubjectLines {
  last: LogLine;
  /** Lines logged at once in this minute. */
  told: number;
  /** Lines since the last log. */
  times: number;
}
export class RateLimitedLog {
  readonly #log: Log;
  readonly #clock: Clock;
  readonly #burst: number;
  readonly #subjects = new Map<string, SubjectLines>();
  #alarm: Alarm | null = null;

  /** `burst`: number of lines of one subject that are logged at once before further lines are counted. */
  constructor(log: Log, clock: Clock, burst = 1) {
    this.#log = log;
    this.#clock = clock;
    this.#burst = burst;
  }
  /** `about`: an address or a credential, with the offence. */
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
  /** Logs the remaining counts, so that no count is lost with the process. */
  close(): void {
    this.#alarm?.cancel();
    this.#flush();
    this.#alarm?.cancel();
    this.#alarm = null;
  }
  /** Logs the counts. Subjects that were silent for a minute are forgotten: the next line is logged at once. */
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
