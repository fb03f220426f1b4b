/**
 * Warnings that a peer can cause as often as it likes: each subject is told at once, and from then on once a minute with
 * the number of times. Nobody can fill a disk, or hide one line among thousands, by asking again.
 */
import type { LogFields } from "../experiments/model/log-line.ts";
import type { Alarm, Clock } from "./clock.ts";
import type { Log } from "./log.ts";

const MINUTE_MS = 60_000;
/** Subjects that are kept apart; whatever comes beyond them is told as one. */
const MOST_SUBJECTS = 1_000;
const OTHERS = "others";

interface Subject {
  message: string;
  fields: LogFields;
  /** Since it was last told. */
  times: number;
}
export class SparseLog {
  readonly #log: Log;
  readonly #clock: Clock;
  readonly #subjects = new Map<string, Subject>();
  #alarm: Alarm | null = null;

  constructor(log: Log, clock: Clock) {
    this.#log = log;
    this.#clock = clock;
  }
  /** `about`: an address or a credential, and what it did. */
  warn(about: string, message: string, fields: LogFields = {}): void {
    const subject = this.#subjects.size < MOST_SUBJECTS || this.#subjects.has(about) ? about : OTHERS;
    const known = this.#subjects.get(subject);
    if (known === undefined) this.#log.warn(message, fields);
    this.#subjects.set(subject, { message, fields, times: known === undefined ? 0 : known.times + 1 });
    this.#alarm ??= this.#clock.wake(this.#clock.nowMs() + MINUTE_MS, () => this.#tell());
  }
  /** Tells what is left, so that nothing is lost with the process. */
  close(): void {
    this.#alarm?.cancel();
    this.#tell();
    this.#alarm?.cancel();
    this.#alarm = null;
  }
  /** Subjects that were silent for a minute are forgotten: told at once when they come again. */
  #tell(): void {
    this.#alarm = null;
    for (const [subject, { message, fields, times }] of this.#subjects) {
      if (times === 0) {
        this.#subjects.delete(subject);
        continue;
      }
      this.#log.warn(message, { ...fields, ...(subject === OTHERS ? { among: "others" } : {}), more: times });
      this.#subjects.set(subject, { message, fields, times: 0 });
    }
    if (this.#subjects.size > 0) this.#alarm = this.#clock.wake(this.#clock.nowMs() + MINUTE_MS, () => this.#tell());
  }
}
