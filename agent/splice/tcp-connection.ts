/** TCP connection: a caller's connection, and the callee's connection that belongs to it. */
import type { EdgeLimits } from "../../experiments/model/mesh/edge-limits.ts";
import type { Clock } from "../clock/clock.ts";
import type { Deadlines } from "../clock/deadlines.ts";
import type { CallTarget } from "../edge/way-in.ts";
import type { Cut } from "../faults/behaviour.ts";
import { EXHAUSTIONS, exhaustionOf, type Observer, type Outcome, type WatchedExchange } from "../metrics/observer.ts";
import { PRESUMED_MS } from "../metrics/watches.ts";
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

/** A caller's connection and the callee's: owner of the caller's side, which the faults stand before. */
export class TcpConnection implements ConnectionOwner {
  readonly #context: TcpEdgeContext;
  readonly #connection: FaultedConnection;
  readonly endpoint: CallTarget;
  readonly #watched: WatchedExchange | null;
  readonly #startedMs: number;
  #callee: TcpCallee | null = null;
  #callerClosed = false;
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

  constructor(context: TcpEdgeContext, connection: FaultedConnection, endpoint: CallTarget) {
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

  // === ConnectionOwner: from the caller. Its first bytes wait for the dial, so that meanwhile a caller may leave.
  opened(): void {
    const { transports, clock, limits } = this.#context;
    const callee = new TcpCallee(this, clock);
    this.#callee = callee;
    callee.transport = transports.dial(this.endpoint, callee, limits.connectMs);
    this.#connection.resume();
  }
  bytes(buffer: Buffer, end: number): void {
    const callee = this.#callee!;
    const { transport } = callee;
    this.#moved = true;
    this.#movedLately = true;
    this.#bytesIn += end;
    if (callee.connectMs !== null) {
      if (!transport.write(buffer, 0, end)) this.#connection.pause();
      if (callee.hasEnded) this.#wroteInVain(transport);
    } else if (!transport.writeCopy(buffer.subarray(0, end)) && transport.pending >= MOST_BEFORE_OPEN)
      this.#connection.pause();
  }
  ended(): void {
    const { clock } = this.#context;
    const callee = this.#callee;
    // Without the kernel's table: a caller that has closed and is sent nothing more has ended well.
    if (callee?.hasEnded !== true)
      this.#peer = new HalfClosedPeer(clock, null, this.#connection, () => this.#callerLeft());
    if (this.#bytesOut > 0) this.#peer?.wrote();
    // Behind our own FIN nothing tells of the RST that the last bytes may have met.
    if (this.#calleePeer !== null && callee?.transport.isPeerThere === false) this.#calleeLeft();
    this.#calleePeer?.stop();
    callee?.transport.finish();
  }
  struck(how: Cut["how"]): void {
    if (how === "fin") this.#callee?.transport.close();
    else this.#callee?.transport.reset();
  }
  peekedEnd(): void {
    const { clock, orphans } = this.#context;
    const endedMs = clock.nowMs();
    const gaveUp = () => {
      if (this.#connection.isWithheld) this.#observe({ end: "reset", cancelled: true, endedMs });
    };
    this.#peekedPeer ??= new HalfClosedPeer(clock, orphans, this.#connection, gaveUp);
    this.#peekedPeer.presumeGone(PRESUMED_MS);
  }
  drained(): void {
    this.#callee?.transport.resume();
  }
  closed(error: ConnectionError | null): void {
    const callee = this.#callee;
    this.#callerClosed = true;
    this.#peer?.stop();
    this.#cancelled ||= error !== null && callee?.hasEnded !== true && !this.#connection.isCut && this.#end === "clean";
    this.#note(error);
    if (callee?.isClosed === false) {
      if (error === null && !this.#cancelled) callee.transport.close();
      else callee.transport.reset();
    }
    this.#overIfClosed();
  }

  // === from the callee
  calleeBytes(buffer: Buffer, end: number): void {
    this.#moved = true;
    this.#movedLately = true;
    this.#bytesOut += end;
    if (!this.#connection.write(buffer, 0, end)) this.#callee!.transport.pause();
    this.#peer?.wrote();
  }
  calleeEnded(): void {
    this.#peer?.stop();
    this.#connection.finish();
  }
  calleeDrained(): void {
    this.#connection.resume();
  }
  /** `isReached`: the dial had succeeded. */
  calleeClosed(error: ConnectionError | null, isReached: boolean): void {
    // A callee that cannot be reached shows as an error: the caller must not take silence or FIN for an answer.
    const failed = error ?? (isReached ? null : UNREACHED);
    this.#note(failed);
    if (error !== null && !isReached) this.endpoint.unreached?.(error);
    if (failed !== null && !isReached && !this.#callerClosed) this.#refuse(failed);
    if (!this.#callerClosed && !this.#connection.isCut) {
      if (failed === null) this.#connection.close();
      else this.#connection.resetBehind();
    }
    this.#overIfClosed();
  }

  /** Ends both sides after the bytes written so far. */
  end(): void {
    this.#connection.close();
    this.#callee?.transport.close();
  }
  /** Ends both sides at once. */
  fail(how: "reset" | "timeout"): void {
    if (this.#end === "clean") this.#end = how;
    this.#connection.reset();
    this.#callee?.transport.reset();
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
    this.#callee?.transport.keepAlive();
  }

  /** Ends the pair of a caller that has closed, behind its FIN. */
  #callerLeft(): void {
    this.#cancelled = true;
    if (this.#end === "clean") this.#end = "reset";
    this.#connection.reset();
    this.#callee?.transport.reset();
  }
  #wroteInVain(callee: Transport): void {
    this.#calleePeer ??= new HalfClosedPeer(this.#context.clock, null, callee, () => this.#calleeLeft());
    this.#calleePeer.wrote();
  }
  /** Ends the pair of a callee that answered bytes behind its FIN with RST. */
  #calleeLeft(): void {
    if (this.#end === "clean") this.#end = "reset";
    this.#callee?.transport.reset();
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
    if (this.#callerClosed && (this.#callee === null || this.#callee.isClosed)) this.#over();
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
    const connectMs = this.#callee?.connectMs ?? null;
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
      ...(connectMs !== null && { connectMs }),
    });
  }
}

/** Callee's side of the pair. */
class TcpCallee implements Receiver {
  readonly #pair: TcpConnection;
  readonly #clock: Clock;
  readonly #dialledMs: number;
  transport!: Transport;
  /** Time that the dial took; null: not connected yet. */
  connectMs: number | null = null;
  hasEnded = false;
  isClosed = false;

  constructor(pair: TcpConnection, clock: Clock) {
    this.#pair = pair;
    this.#clock = clock;
    this.#dialledMs = clock.nowMs();
  }
  opened(): void {
    this.connectMs = this.#clock.nowMs() - this.#dialledMs;
  }
  bytes(buffer: Buffer, end: number): void {
    this.#pair.calleeBytes(buffer, end);
  }
  ended(): void {
    this.hasEnded = true;
    this.#pair.calleeEnded();
  }
  drained(): void {
    this.#pair.calleeDrained();
  }
  closed(error: ConnectionError | null): void {
    this.isClosed = true;
    this.hasEnded = true;
    this.#pair.calleeClosed(error, this.connectMs !== null);
  }
}

/** Most bytes of the caller that wait for the dial, before the caller waits. */
const MOST_BEFORE_OPEN = 64 * 1024;
const UNREACHED: ConnectionError = { code: "unreachable", message: "the callee was never reached" };
