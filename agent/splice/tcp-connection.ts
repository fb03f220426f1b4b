/** TCP connection: a caller's connection, and the callee's connection that belongs to it. */
import type { Clock } from "../clock/clock.ts";
import type { Deadlines } from "../clock/deadlines.ts";
import type { Observer, Outcome, WatchedExchange } from "../metrics/observer.ts";
import { PRESUMED_MS } from "../metrics/watches.ts";
import type { Orphans } from "../transport/orphans.ts";
import type { Address, ConnectionError, Receiver, Transport, Transports } from "../transport/transport.ts";
import type { ConnectionOwner, FaultedConnection } from "./faulted-connection.ts";
import { HalfClosedPeer } from "./half-closed-peer.ts";

export interface TcpLimits {
  /** Longest dial of an endpoint, ms. */
  readonly connectMs: number;
  /**
   * Longest time without a moving byte, ms; an idle connection ends after once to twice that time. The limit bounds a
   * fault's stall, too.
   */
  readonly idleMs: number;
}
/** Edge context that all connections of a TCP edge share. */
export interface TcpEdgeContext {
  readonly transports: Transports;
  readonly clock: Clock;
  readonly observer: Observer;
  readonly orphans: Orphans;
  readonly limits: TcpLimits;
  readonly open: Set<TcpConnection>;
  /** Deadlines of connections without a moving byte. */
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
  /** Watches a caller whose FIN lies behind bytes that faults keep. */
  #peer: HalfClosedPeer | null = null;
  /** The observer has had the outcome. */
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

  /** Owner of the caller's side. No bytes are read from the caller before the callee's connection is open. */
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
      // A callee that cannot be reached shows as an error: the caller must not take silence or FIN for an answer.
      const failed = error ?? (this.#connectMs === null ? UNREACHED : null);
      this.#pass(failed, this.#callerClosed ? null : this.#connection);
    },
  };

  /** Ends both sides after the bytes written so far. */
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

  /** Checks for bytes since the last check, at the idle deadline: many chunks share a single check. */
  checkIdle(): void {
    if (!this.#moved) {
      this.fail("timeout");
      return;
    }
    this.#moved = false;
    this.#context.idle.add(this);
  }

  /** Passes the end of a side to the other side, in the same way. */
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
  /**
   * Reports the outcome, once: a connection whose caller gave up is over, though a stall may still let bytes through.
   */
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
