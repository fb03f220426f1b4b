/**
 * Half-closed peer: whether a caller that has sent FIN still waits for its answer, or has closed. Its FIN says neither: a closed peer answers our
 * bytes with RST, which libuv does not report behind FIN, but the kernel forgets the name of such a peer. That can be asked
 * only before a FIN of our own.
 */
import type { Alarm, Clock } from "../clock/clock.ts";
import type { Orphans } from "../transport/orphans.ts";
import type { Transport } from "../transport/transport.ts";

/** When the name is asked for after bytes were written, ms: RST needs a turn of the loop, or of the network. */
const LOOKS_MS = [0, 10, 100, 1_000];

export class HalfClosedPeer {
  readonly #clock: Clock;
  readonly #transport: Transport;
  readonly #gone: () => void;
  readonly #stopWaiting: () => void;
  #alarm: Alarm | null = null;
  #looks = 0;
  #wroteMs = 0;
  #over = false;

  /** `gone`: at most once, in a turn of its own. */
  constructor(clock: Clock, orphans: Orphans, transport: Transport, gone: () => void) {
    this.#clock = clock;
    this.#transport = transport;
    this.#gone = gone;
    this.#stopWaiting = orphans.wait(transport.addresses, () => this.#leave());
  }
  /** Bytes were written; a peer that has closed answers them with RST. */
  wrote(): void {
    if (this.#over) return;
    this.#wroteMs = this.#clock.nowMs();
    this.#looks = 0;
    this.#arm();
  }
  /** Takes it for gone after so long, should nothing tell. */
  presumeGone(afterMs: number): void {
    this.#alarm?.cancel();
    this.#alarm = this.#clock.wake(this.#clock.nowMs() + afterMs, () => this.#leave());
  }
  stop(): void {
    this.#over = true;
    this.#alarm?.cancel();
    this.#stopWaiting();
  }

  #arm(): void {
    this.#alarm?.cancel();
    const afterMs = LOOKS_MS[this.#looks++];
    if (afterMs === undefined) return;
    this.#alarm = this.#clock.wake(this.#wroteMs + afterMs, () => {
      if (this.#transport.isPeerThere) this.#arm();
      else this.#leave();
    });
  }
  #leave(): void {
    if (this.#over) return;
    this.stop();
    this.#gone();
  }
}
