/** One connection of a caller, and the one to the callee that belongs to it. */
import type { Clock } from "../clock/clock.ts";
import type { Deadlines } from "../clock/deadlines.ts";
import type { Observer, Outcome, WatchedExchange } from "../metrics/observer.ts";
import { PRESUMED_MS } from "../metrics/watches.ts";
import type { Orphans } from "../transport/orphans.ts";
import type { Address, ConnectionError, Receiver, Transport, Transports } from "../transport/transport.ts";
import type { ConnectionOwner, FaultedConnection } from "./faulted-connection.ts";
import { HalfClosedPeer } from "./half-closed-peer.ts";

export interface TcpLimits {
  /** Dialling an endpoint, ms. */
  readonly connectMs: number;
  /** A connection of which no byte moves, ms; it ends after once to twice that. It bounds what a fault can stall, too. */
  readonly idleMs: number;
}
/** What all connections of an edge share. */
export interface TcpEdgeContext {
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
  readonly #context: TcpEdgeContext;
  readonly #connection: FaultedConnection;
  readonly #endpoint: Address;
  readonly #watched: WatchedExchange | null;
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
  #peer: HalfClosedPeer | null = null;
  /** It has been told how it ended. */
  #observed = false;

  constructor(context: TcpEdgeContext, connection: FaultedConnection, endpoint: Address) {
    this.#context = context;
    this.#connection = connection;
    this.#endpoint = endpoint;
    this.#startedMs = context.clock.nowMs();
    this.#watched = context.observer.began(null, this.#startedMs);
    if (this.#watched !== null) this.#watched.isTreated = () => this.#connection.isTreated;
    context.open.add(this);
    context.idle.add(this);
  }

  /** Towards the caller. Nothing is read from it before the callee has answered the dial. */
  readonly caller: ConnectionOwner = {
    opened: () => {
      const { transports, clock, limits } = this.#context;
      this.#dialledMs = clock.nowMs();
      this.#callee = transports.dial(this.#endpoint, this.#fromCallee, limits.connectMs);
    },
    bytes: (buffer, end) => {
      this.#moved = true;
      this.#bytesIn += end;
      if (!this.#callee!.write(buffer, 0, end)) this.#connection.pause();
    },
    ended: () => this.#callee?.finish(),
    peekedEnd: () => {
      const { clock, orphans } = this.#context;
      const endedMs = clock.nowMs();
      const gaveUp = () => {
        if (this.#connection.isWithheld) this.#observe({ end: "reset", cancelled: true, endedMs });
      };
      this.#peer ??= new HalfClosedPeer(clock, orphans, this.#connection, gaveUp);
      this.#peer.presumeGone(PRESUMED_MS);
    },
    drained: () => this.#callee?.resume(),
    closed: (error) => {
      this.#callerClosed = true;
      this.#cancelled = error !== null && !this.#calleeEnded && !this.#connection.isCut && this.#end === "clean";
      this.#pass(error, this.#calleeClosed ? null : this.#callee);
    },
  };
  readonly #fromCallee: Receiver = {
    opened: () => {
      this.#connectMs = this.#context.clock.nowMs() - this.#dialledMs;
      this.#connection.resume();
    },
    bytes: (buffer, end) => {
      this.#moved = true;
      this.#bytesOut += end;
      if (!this.#connection.write(buffer, 0, end)) this.#callee!.pause();
    },
    ended: () => {
      this.#calleeEnded = true;
      this.#connection.finish();
    },
    drained: () => this.#connection.resume(),
    closed: (error) => {
      this.#calleeClosed = true;
      this.#calleeEnded = true;
      // A callee that cannot be reached shows as such: a caller must not take silence or FIN for an answer.
      const failed = error ?? (this.#connectMs === null ? UNREACHED : null);
      this.#pass(failed, this.#callerClosed ? null : this.#connection);
    },
  };

  /** Ends both sides after what was written. */
  end(): void {
    this.#connection.close();
    this.#callee?.close();
  }
  /** Ends both sides at once. */
  fail(how: "reset" | "timeout"): void {
    if (this.#end === "clean") this.#end = how;
    this.#connection.reset();
    this.#callee?.reset();
  }

  /** Its time without a byte may be over: many chunks share one look at whether anything moved since the last. */
  checkIdle(): void {
    if (!this.#moved) {
      this.fail("timeout");
      return;
    }
    this.#moved = false;
    this.#context.idle.add(this);
  }

  /** One side is gone; the other follows in the same way. */
  #pass(error: ConnectionError | null, other: Transport | null): void {
    if (error !== null && this.#end === "clean") this.#end = error.code === "timeout" ? "timeout" : "reset";
    if (error === null) other?.close();
    else other?.reset();
    if (this.#callerClosed && (this.#calleeClosed || this.#callee === null)) this.#over();
  }
  #over(): void {
    if (!this.#context.open.delete(this)) return;
    this.#peer?.stop();
    this.#context.idle.withdraw(this);
    this.#observe({ end: this.#end, cancelled: this.#cancelled, endedMs: this.#context.clock.nowMs() });
  }
  /** Once: a connection whose caller gave up is over for it, though a stall may still let its bytes through. */
  #observe({ end, cancelled, endedMs }: Pick<Outcome, "end" | "endedMs"> & { readonly cancelled: boolean }): void {
    if (this.#observed) return;
    this.#observed = true;
    this.#context.observer.ended(this.#watched, {
      treated: this.#connection.isTreated,
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
