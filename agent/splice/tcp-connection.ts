/** One connection of a caller, and the one to the callee that belongs to it. */
import type { Clock } from "../clock.ts";
import type { Deadlines } from "../deadlines.ts";
import type { Observer, Outcome, Watched } from "../observer.ts";
import type { Orphans } from "../transport/orphans.ts";
import type { Address, ConnectionError, Receiver, Transport, Transports } from "../transport/transport.ts";
import { PRESUMED_MS } from "../watches.ts";
import { Peer } from "./peer.ts";
import type { Wire, WireOwner } from "./wire.ts";

export interface TcpLimits {
  /** Dialling an endpoint, ms. */
  readonly connectMs: number;
  /** A connection of which no byte moves, ms; it ends after once to twice that. It bounds what a fault can stall, too. */
  readonly idleMs: number;
}
/** What all connections of an edge share. */
export interface TcpSite {
  readonly transports: Transports;
  readonly clock: Clock;
  readonly observer: Observer;
  readonly orphans: Orphans;
  readonly limits: TcpLimits;
  readonly open: Set<TcpConnection>;
  /** Of connections of which no byte may have moved. */
  readonly idle: Deadlines<TcpConnection>;
}

export class TcpConnection {
  readonly #site: TcpSite;
  readonly #wire: Wire;
  readonly #endpoint: Address;
  readonly #watched: Watched | null;
  readonly #startedMs: number;
  #callee: Transport | null = null;
  #callerClosed = false;
  #calleeClosed = false;
  #calleeEnded = false;
  #dialledMs = 0;
  #connectMs: number | null = null;
  #bytesIn = 0;
  #bytesOut = 0;
  #end: Outcome["end"] = "clean";
  #cancelled = false;
  #moved = true;
  /** Of a caller whose FIN lies behind bytes that faults keep. */
  #peer: Peer | null = null;
  /** It has been told how it ended. */
  #observed = false;

  constructor(site: TcpSite, wire: Wire, endpoint: Address) {
    this.#site = site;
    this.#wire = wire;
    this.#endpoint = endpoint;
    this.#startedMs = site.clock.nowMs();
    this.#watched = site.observer.began(null, this.#startedMs);
    if (this.#watched !== null) this.#watched.isTreated = () => this.#wire.treated;
    site.open.add(this);
    site.idle.add(this);
  }

  /** Towards the caller. Nothing is read from it before the callee has answered the dial. */
  readonly caller: WireOwner = {
    opened: () => {
      const { transports, clock, limits } = this.#site;
      this.#dialledMs = clock.nowMs();
      this.#callee = transports.dial(this.#endpoint, this.#fromCallee, limits.connectMs);
    },
    bytes: (buffer, end) => {
      this.#moved = true;
      this.#bytesIn += end;
      if (!this.#callee!.write(buffer, 0, end)) this.#wire.pause();
    },
    ended: () => this.#callee?.finish(),
    foreseeEnd: () => {
      const { clock, orphans } = this.#site;
      const endedMs = clock.nowMs();
      const gaveUp = () => {
        if (this.#wire.withheld) this.#observe({ end: "reset", cancelled: true, endedMs });
      };
      this.#peer ??= new Peer(clock, orphans, this.#wire, gaveUp);
      this.#peer.presumeGone(PRESUMED_MS);
    },
    drained: () => this.#callee?.resume(),
    closed: (error) => {
      this.#callerClosed = true;
      this.#cancelled = error !== null && !this.#calleeEnded && !this.#wire.cut && this.#end === "clean";
      this.#pass(error, this.#calleeClosed ? null : this.#callee);
    },
  };
  readonly #fromCallee: Receiver = {
    opened: () => {
      this.#connectMs = this.#site.clock.nowMs() - this.#dialledMs;
      this.#wire.resume();
    },
    bytes: (buffer, end) => {
      this.#moved = true;
      this.#bytesOut += end;
      if (!this.#wire.write(buffer, 0, end)) this.#callee!.pause();
    },
    ended: () => {
      this.#calleeEnded = true;
      this.#wire.finish();
    },
    drained: () => this.#wire.resume(),
    closed: (error) => {
      this.#calleeClosed = true;
      this.#calleeEnded = true;
      // A callee that cannot be reached shows as such: a caller must not take silence or FIN for an answer.
      const failed = error ?? (this.#connectMs === null ? UNREACHED : null);
      this.#pass(failed, this.#callerClosed ? null : this.#wire);
    },
  };

  /** Ends both sides after what was written. */
  end(): void {
    this.#wire.close();
    this.#callee?.close();
  }
  /** Ends both sides at once. */
  fail(how: "reset" | "timeout"): void {
    if (this.#end === "clean") this.#end = how;
    this.#wire.reset();
    this.#callee?.reset();
  }

  /** Its time without a byte may be over: many chunks share one look at whether anything moved since the last. */
  checkIdle(): void {
    if (!this.#moved) {
      this.fail("timeout");
      return;
    }
    this.#moved = false;
    this.#site.idle.add(this);
  }

  /** One side is gone; the other follows in the same way. */
  #pass(error: ConnectionError | null, other: Transport | null): void {
    if (error !== null && this.#end === "clean") this.#end = error.code === "timeout" ? "timeout" : "reset";
    if (error === null) other?.close();
    else other?.reset();
    if (this.#callerClosed && (this.#calleeClosed || this.#callee === null)) this.#over();
  }
  #over(): void {
    if (!this.#site.open.delete(this)) return;
    this.#peer?.stop();
    this.#site.idle.withdraw(this);
    this.#observe({ end: this.#end, cancelled: this.#cancelled, endedMs: this.#site.clock.nowMs() });
  }
  /** Once: a connection whose caller gave up is over for it, though a stall may still let its bytes through. */
  #observe({ end, cancelled, endedMs }: Pick<Outcome, "end" | "endedMs"> & { readonly cancelled: boolean }): void {
    if (this.#observed) return;
    this.#observed = true;
    this.#site.observer.ended(this.#watched, {
      treated: this.#wire.treated,
      startedMs: this.#startedMs,
      endedMs,
      status: 0,
      bytesIn: this.#bytesIn,
      bytesOut: this.#bytesOut,
      end,
      ...(cancelled && { cancelled: true }),
      ...(this.#connectMs !== null && { connectMs: this.#connectMs }),
    });
  }
}

const UNREACHED: ConnectionError = { code: "unreachable", message: "the callee was never reached" };
