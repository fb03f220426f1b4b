/**
 * Half-closed peer: decides whether a peer that has sent FIN still reads, or has closed. FIN says neither: a closed peer
 * answers our bytes with RST, which libuv does not report behind FIN, but the kernel forgets the name of such a peer. The
 * name can be asked for only before our own FIN.
 */
import type { Alarm, Clock } from "../clock/clock.ts";
import type { Orphans } from "../transport/orphans.ts";
import type { Transport } from "../transport/transport.ts";

/** Delays after a write at which the peer's name is asked for, ms: RST needs a turn of the loop, or of the network. */
const LOOKS_MS = [0, 10, 100, 1_000];
/** Evidence of a peer's end: its RST to our bytes, or its socket's, which the kernel has without a program. */
export type PeerEnd = "reset" | "orphaned";

export class HalfClosedPeer {
  readonly #clock: Clock;
  readonly #transport: Transport;
  readonly #gone: (how: PeerEnd) => void;
  readonly #stopWaiting: () => void;
  #alarm: Alarm | null = null;
  #looks = 0;
  #wroteMs = 0;
  #over = false;

  /** `gone`: called at most once, in a later turn of the loop. `orphans`: null: only RST counts. */
  constructor(clock: Clock, orphans: Orphans | null, transport: Transport, gone: (how: PeerEnd) => void) {
    this.#clock = clock;
    this.#transport = transport;
    this.#gone = gone;
    this.#stopWaiting = orphans?.wait(transport.addresses, () => this.#leave("orphaned")) ?? (() => {});
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
    this.#alarm = this.#clock.wake(this.#clock.nowMs() + afterMs, () => this.#leave("orphaned"));
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
      else this.#leave("reset");
    });
  }
  #leave(how: PeerEnd): void {
    if (this.#over) return;
    this.stop();
    this.#gone(how);
  }
}
