/** TCP connection: a caller's connection, and the callee's connection that belongs to it. */
import type { EdgeLimits } from "../../experiments/model/mesh/edge-limits.ts";
import type { Clock } from "../clock/clock.ts";
import type { Deadlines } from "../clock/deadlines.ts";
import { EXHAUSTIONS, exhaustionOf, type Observer, type Outcome, type WatchedExchange } from "../metrics/observer.ts";
import { PRESUMED_MS } from "../metrics/watches.ts";
import type { Endpoint } from "../transport/address.ts";
import type { Orphans } from "../transport/orphans.ts";
import type { ConnectionError, Receiver, Transport, Transports } from "../transport/transport.ts";
import type { ConnectionOwner, FaultedConnection } from "./faulted-connection.ts";
import { HalfClosedPeer } from "./half-closed-peer.ts";

export type TcpLimits = Pick<EdgeLimits, "connectMs" | "idleMs">;
/** Edge context that all connections of a TCP edge share. */
export interface TcpEdgeContext {
  readonly transports: Transports;
  readonly clock: Clock;
  readonly observer: Observer;
  readonly orphans: Orphans;
  /** Replaced when the edge's definition changes. */
  limits: TcpLimits;
  readonly open: Set<TcpConnection>;
  /**
   * Deadlines of connections without a moving byte: a connection ends after once to twice that time, and a fault's stall
   * is bounded, too.
   */
  idle: Deadlines<TcpConnection>;
  /** Deadlines after which the kernel looks for the peers of a connection that rests. */
  readonly quiet: Deadlines<TcpConnection>;
  /** Called once for each pair, when both of its sockets are closed. */
  gone(): void;
}

export class TcpConnection {
  readonly #context: TcpEdgeContext;
  readonly #connection: FaultedConnection;
  readonly endpoint: Endpoint;
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
  #exhaustion: Outcome["exhaustion"] = null;
  readonly #idle: Deadlines<TcpConnection>;
  /** A byte has moved since the last check of the idle deadline, and since the last of the quiet deadline. */
  #moved = true;
  #movedLately = true;
  /** Watches a caller that has sent FIN, until the agent's own FIN. */
  #peer: HalfClosedPeer | null = null;
  /** Watches a callee that has sent FIN and is still written to. */
  #calleePeer: HalfClosedPeer | null = null;
  /** Watches a caller whose FIN lies behind bytes that faults keep. */
  #peekedPeer: HalfClosedPeer | null = null;
  /** The observer has had the outcome. */
  #observed = false;

  constructor(context: TcpEdgeContext, connection: FaultedConnection, endpoint: Endpoint) {
    this.#context = context;
    this.#connection = connection;
    this.endpoint = endpoint;
    this.#startedMs = context.clock.nowMs();
    this.#watched = context.observer.began(null, this.#startedMs);
    if (this.#watched !== null) this.#watched.isTreated = () => this.#connection.isTreated;
    context.open.add(this);
    this.#idle = context.idle;
    this.#idle.add(this);
    context.quiet.add(this);
  }

  /** Owner of the caller's side. The caller's first bytes wait for the dial, so that meanwhile a caller may leave. */
  readonly caller: ConnectionOwner = {
    opened: () => {
      const { transports, clock, limits } = this.#context;
      this.#dialledMs = clock.nowMs();
      this.#callee = transports.dial(this.endpoint, this.#fromCallee, limits.connectMs);
      this.#connection.resume();
    },
    bytes: (buffer, end) => {
      const callee = this.#callee!;
      this.#moved = true;
      this.#movedLately = true;
      this.#bytesIn += end;
      if (this.#connectMs !== null) {
        if (!callee.write(buffer, 0, end)) this.#connection.pause();
        if (this.#calleeEnded) this.#wroteInVain(callee);
      } else if (!callee.writeCopy(buffer.subarray(0, end)) && callee.pending >= MOST_BEFORE_OPEN)
        this.#connection.pause();
    },
    ended: () => {
      const { clock } = this.#context;
      // Without the kernel's table: a caller that has closed and is sent nothing more has ended well.
      if (!this.#calleeEnded) this.#peer = new HalfClosedPeer(clock, null, this.#connection, () => this.#callerLeft());
      if (this.#bytesOut > 0) this.#peer?.wrote();
      // Behind our own FIN nothing tells of the RST that the last bytes may have met.
      if (this.#calleePeer !== null && this.#callee?.isPeerThere === false) this.#calleeLeft();
      this.#calleePeer?.stop();
      this.#callee?.finish();
    },
    struck: (how) => {
      if (how === "fin") this.#callee?.close();
      else this.#callee?.reset();
    },
    peekedEnd: () => {
      const { clock, orphans } = this.#context;
      const endedMs = clock.nowMs();
      const gaveUp = () => {
        if (this.#connection.isWithheld) this.#observe({ end: "reset", cancelled: true, endedMs });
      };
      this.#peekedPeer ??= new HalfClosedPeer(clock, orphans, this.#connection, gaveUp);
      this.#peekedPeer.presumeGone(PRESUMED_MS);
    },
    drained: () => this.#callee?.resume(),
    closed: (error) => {
      this.#callerClosed = true;
      this.#peer?.stop();
      this.#cancelled ||= error !== null && !this.#calleeEnded && !this.#connection.isCut && this.#end === "clean";
      this.#note(error);
      if (!this.#calleeClosed) {
        if (error === null && !this.#cancelled) this.#callee?.close();
        else this.#callee?.reset();
      }
      this.#overIfClosed();
    },
  };
  readonly #fromCallee: Receiver = {
    opened: () => {
      this.#connectMs = this.#context.clock.nowMs() - this.#dialledMs;
    },
    bytes: (buffer, end) => {
      this.#moved = true;
      this.#movedLately = true;
      this.#bytesOut += end;
      if (!this.#connection.write(buffer, 0, end)) this.#callee!.pause();
      this.#peer?.wrote();
    },
    ended: () => {
      this.#calleeEnded = true;
      this.#peer?.stop();
      this.#connection.finish();
    },
    drained: () => this.#connection.resume(),
    closed: (error) => {
      this.#calleeClosed = true;
      this.#calleeEnded = true;
      // A callee that cannot be reached shows as an error: the caller must not take silence or FIN for an answer.
      const failed = error ?? (this.#connectMs === null ? UNREACHED : null);
      this.#note(failed);
      if (failed !== null && this.#connectMs === null && !this.#callerClosed) this.#refuse(failed);
      if (!this.#callerClosed && !this.#connection.isCut) {
        if (failed === null) this.#connection.close();
        else this.#connection.resetBehind();
      }
      this.#overIfClosed();
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
    this.#idle.add(this);
  }
  /** Lets the kernel look for the peers, once a connection has rested for the quiet deadline. */
  checkQuiet(): void {
    if (this.#movedLately) {
      this.#movedLately = false;
      this.#context.quiet.add(this);
      return;
    }
    this.#connection.keepAlive();
    this.#callee?.keepAlive();
  }

  /** Ends the pair of a caller that has closed, behind its FIN. */
  #callerLeft(): void {
    this.#cancelled = true;
    if (this.#end === "clean") this.#end = "reset";
    this.#connection.reset();
    this.#callee?.reset();
  }
  #wroteInVain(callee: Transport): void {
    this.#calleePeer ??= new HalfClosedPeer(this.#context.clock, null, callee, () => this.#calleeLeft());
    this.#calleePeer.wrote();
  }
  /** Ends the pair of a callee that answered bytes behind its FIN with RST. */
  #calleeLeft(): void {
    if (this.#end === "clean") this.#end = "reset";
    this.#callee?.reset();
    this.#connection.resetBehind();
  }
  #refuse({ code, message }: ConnectionError): void {
    const { host, port } = this.endpoint;
    this.#exhaustion = exhaustionOf(code);
    const reason = this.#exhaustion === null ? message : EXHAUSTIONS[this.#exhaustion];
    this.#context.observer.refused(this.#exhaustion ?? code, `upstream ${host}:${port}: ${reason}`);
  }
  #note(error: ConnectionError | null): void {
    if (error !== null && this.#end === "clean") this.#end = error.code === "timeout" ? "timeout" : "reset";
  }
  #overIfClosed(): void {
    if (this.#callerClosed && (this.#calleeClosed || this.#callee === null)) this.#over();
  }
  #over(): void {
    if (!this.#context.open.delete(this)) return;
    this.#context.gone();
    this.#calleePeer?.stop();
    this.#peekedPeer?.stop();
    this.#idle.withdraw(this);
    this.#context.quiet.withdraw(this);
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
      exhaustion: this.#exhaustion ?? null,
      ...(cancelled && { cancelled: true }),
      ...(this.#connectMs !== null && { connectMs: this.#connectMs }),
    });
  }
}

/** Most bytes of the caller that wait for the dial, before the caller waits. */
const MOST_BEFORE_OPEN = 64 * 1024;
const UNREACHED: ConnectionError = { code: "unreachable", message: "the callee was never reached" };
