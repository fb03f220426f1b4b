/**
 * Half-closed peer: decides whether a caller that has sent FIN still waits for the answer, or has closed. FIN says
 * neither: a closed peer answers our bytes with RST, which libuv does not report behind FIN, but the kernel forgets the
 * name of such a peer. The name can be asked for only before our own FIN.
 */
import type { Alarm, Clock } from "../clock/clock.ts";
import type { Orphans } from "../transport/orphans.ts";
import type { Transport } from "../transport/transport.ts";

/** Delays after a write at which the peer's name is asked for, ms: RST needs a turn of the loop, or of the network. */
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

  /** `gone`: called at most once, in a later turn of the loop. */
  constructor(clock: Clock, orphans: Orphans, transport: Transport, gone: () => void) {
    this.#clock = clock;
    this.#transport = transport;
    this.#gone = gone;
    this.#stopWaiting = orphans.wait(transport.addresses, () => this.#leave());
  }
  /** Notes a write; a peer that has closed answers the bytes with RST. */
  wrote(): void {
    if (this.#over) return;
    this.#wroteMs = this.#clock.nowMs();
    this.#looks = 0;
    this.#arm();
  }
  /** Presumes the peer gone after this time, if there is no other sign by then. */
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
