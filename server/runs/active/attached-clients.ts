/** Attached clients of a run: a run started by a client is halted once no client listens to the journal any more. */
import { type Alarm, type Clock, every } from "../../clock.ts";

const SILENT_MS = 10_000;
const LOOK_MS = 500;

export class AttachedClients {
  readonly #clock: Clock;
  #streams = 0;
  #lastHeardMs: number;
  #looking: Alarm = { cancel() {} };

  /** `onSilence`: called once; null: the run needs no listening client. */
  constructor(clock: Clock, onSilence: ((reason: string) => void) | null) {
    this.#clock = clock;
    this.#lastHeardMs = clock.nowMs();
    if (onSilence !== null) this.#looking = every(clock, LOOK_MS, () => this.#look(onSilence));
  }
  /** Adds a listening client, until the returned function is called, which also calls `stop`. */
  add(stop: () => void): () => void {
    this.#streams++;
    return () => {
      this.#streams--;
      this.#lastHeardMs = this.#clock.nowMs();
      stop();
    };
  }
  #look(onSilence: (reason: string) => void): void {
    if (this.#streams > 0 || this.#clock.nowMs() - this.#lastHeardMs < SILENT_MS) return;
    this.close();
    onSilence(`Nobody has listened to this run for ${SILENT_MS / 1_000} s: whoever started it is gone.`);
  }
  close(): void {
    this.#looking.cancel();
  }
}
