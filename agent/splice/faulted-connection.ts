/**
 * Faulted connection: the caller's side of a connection, with the faults upon whole connections, at byte level. Towards
 * the real transport this object is the receiver; towards the splice this object *is* the transport. Faults come and go
 * while the connection is open; without any fault, each chunk costs a single comparison.
 *
 *   caller ⇄ transport ⇄ [ inbound flow → | ← outbound flow ] ⇄ splice
 */
import type { Alarm, Clock } from "../clock/clock.ts";
import type { Cut } from "../faults/behaviour.ts";
import type { Candidate, InFlightRequest } from "../faults/candidate.ts";
import type { EdgeFaults } from "../faults/edge-faults.ts";
import type { FaultListener, Hold } from "../faults/fault-listener.ts";
import type { LiveFault } from "../faults/live-fault.ts";
import type { ConnectionAddresses, ConnectionError, Receiver, Transport } from "../transport/transport.ts";
import { ConnectionFaults } from "./connection-faults.ts";
import { ConnectionGate } from "./connection-gate.ts";
import { Flow, type FlowSink, type FlowSource } from "./flow.ts";

/**
 * Time after a cut with FIN in which the caller may still send: an immediate close would answer the caller's bytes with
 * RST and lose ours.
 */
const LINGER_MS = 1_000;
/** Interval of checks on a caller that is not read: a reset shows only in the peer's name, an unread FIN not at all. */
const UNREAD_LOOK_MS = 1_000;
const LEFT: ConnectionError = { code: "reset", message: "reset by the caller while it was not read" };
/**
 * Most bytes read ahead while the opening is held back, so that a leaving caller is noticed; after that the caller
 * waits.
 */
const MOST_EARLY = 64 * 1024;
const NO_HOLD: Hold = { held: 0, wounded: 0 };
const CUT: ConnectionError = { code: "reset", message: "cut by a fault" };

export interface FaultedConnectionDeps {
  readonly edge: EdgeFaults;
  readonly clock: Clock;
  /** Callee address of this connection. */
  readonly endpoint: string;
}
/** Owner of a faulted connection. The optional members are absent for a connection without requests. */
export interface ConnectionOwner extends Receiver {
  /** Requests received and not answered, peeked requests included, the oldest first. */
  readonly inFlight?: readonly InFlightRequest[];
  /**
   * Bytes buffer[0, end) came and go through the faults before a call of `bytes`, which may never come. Borrowed until
   * this call returns.
   */
  peeked?(buffer: Buffer, end: number): void;
  /**
   * A fault cuts the connection. Called in the very turn, perhaps from within a write of the owner: the callee's half is
   * struck together with the caller's, whose `closed` follows.
   */
  struck?(how: Cut["how"]): void;
  /** Faults upon the exchange under way, which hear of changes by way of the connection; null: none. */
  readonly exchangeFaults?: FaultListener | null;
  /** FIN came behind bytes that faults keep; `ended` is called once FIN is through the faults, if ever. */
  peekedEnd?(): void;
  /** From here on `bytes` is called at once; all peeked bytes have passed the faults, or never will. */
  peekDone?(): void;
}
/**
 * Puts a faulted connection between an accepted transport and the owner; returns the transport's receiver. The owner is
 * created at once and holds the connection as a transport; `opened` is called when the faults let the connection begin
 * (in the same turn without any fault), and no bytes are delivered before. Whatever a fault does to the connection,
 * `closed` is called exactly once, last.
 */
export const wrapConnection = (
  deps: FaultedConnectionDeps,
  transport: Transport,
  own: (connection: FaultedConnection) => ConnectionOwner,
): Receiver => {
  const connection = new FaultedConnection(deps, transport);
  connection.begin(own(connection));
  return connection;
};

export class FaultedConnection implements Transport, Receiver, FaultListener {
  readonly #edge: EdgeFaults;
  readonly #clock: Clock;
  readonly #transport: Transport;
  readonly #endpoint: string;
  /** Created for the first fault that the connection meets: without a fault they cost a new connection. */
  #candidate: Candidate | null = null;
  #faults: ConnectionFaults | null = null;
  #gate: ConnectionGate | null = null;
  /** Faults did not hold the opening back: there were none. */
  #isOpen = false;
  #owner!: ConnectionOwner;
  /** Faults that the flows were built for. */
  #seen: readonly LiveFault[];
  #inbound: Flow<never> | null = null;
  #outbound: Flow<never> | null = null;
  /** Requests that the owner has answered while a fault held the answer here, or the answer's end. */
  #answered: InFlightRequest[] = [];
  /** Bytes received before the faults let the connection open. */
  #early: Buffer[] = [];
  #earlyBytes = 0;
  #earlyEnd = false;
  #delivering = false;
  /** The owner wants no bytes. Accepted transports begin in this state. */
  #ownerPaused = true;
  /** A write of the owner returned false, so the owner waits for `drained`. */
  #ownerWaits = false;
  /** The owner asked for FIN (`finish`), or for FIN and close (`close`). */
  #leaving: "no" | "finish" | "close" = "no";
  #finSent = false;
  /** RST follows as soon as the bytes written so far have left. */
  #resetsBehind = false;
  /** Cut by a fault, or reset: bytes are discarded in both directions. */
  #dead = false;
  #linger: Alarm | null = null;
  /** The caller is not read: a fault holds the most bytes that it may, or the owner takes no more. */
  #isUnread = false;
  #unread: Alarm | null = null;
  #left = false;
  #closed = false;
  /** The owner's `closed` was called. */
  #told = false;
  /** Ordinal of the last request that was in flight when the callee was struck; 0: none. */
  #metUntil = 0;

  constructor({ edge, clock, endpoint }: FaultedConnectionDeps, transport: Transport) {
    this.#edge = edge;
    this.#clock = clock;
    this.#transport = transport;
    this.#endpoint = endpoint;
    this.#seen = edge.connectionFaults;
  }
  begin(owner: ConnectionOwner): void {
    this.#owner = owner;
    this.#edge.open.add(this);
    if (this.#seen.length === 0) {
      this.#isOpen = true;
      this.#open();
      return;
    }
    const nowMs = this.#clock.nowMs();
    const faults = this.#meetFaults();
    const admitted = faults.begin(nowMs);
    this.#rechain(faults);
    this.#meetGate().ask(admitted, nowMs);
    if (this.#isHeldBack && !this.#dead) this.#transport.resume();
  }
  #meetFaults(): ConnectionFaults {
    this.#faults ??= new ConnectionFaults(this.#edge, this.#meetCandidate());
    return this.#faults;
  }
  #meetCandidate(): Candidate {
    const inFlight = this.#owner.inFlight === undefined ? {} : { inFlight: () => this.#inFlight() };
    this.#candidate ??= { connection: this, endpoint: this.#endpoint, request: null, ...inFlight };
    return this.#candidate;
  }
  #meetGate(): ConnectionGate {
    this.#gate ??= new ConnectionGate({
      clock: this.#clock,
      isOpen: this.#isOpen,
      opened: () => this.#open(),
      cut: (how) => this.#cut(how),
      isEnding: () => this.#ending && this.#transport.pending === 0,
    });
    return this.#gate;
  }
  /** The opening is held back, and the owner may get no bytes yet. */
  get #isHeldBack(): boolean {
    return this.#gate === null ? !this.#isOpen : this.#gate.isClosed;
  }

  /** A connection fault has really hit the connection. */
  get isTreated(): boolean {
    if (this.#faults === null) return false;
    if (this.#faults.isTouchable) this.#countOwnHolds(this.#clock.nowMs());
    return this.#faults.isTreated;
  }
  /** Has a connection fault hit the request in flight, or does a fault hold a part of the answer? */
  isHit(ordinal: number): boolean {
    if (ordinal <= this.#metUntil) return true;
    if (this.#faults === null) return false;
    if (this.#faults.isTouchable) this.#countOwnHolds(this.#clock.nowMs());
    return this.#faults.hitUntil >= ordinal || this.#outbound?.withholds === true;
  }
  /** Notes that the owner has answered a request. `untilEnd`: the answer lasts as long as the connection. */
  answered({ ordinal, marked }: InFlightRequest, untilEnd: boolean): void {
    if (this.#outbound !== null && (untilEnd || this.#outbound.withholds)) this.#answered.push({ ordinal, marked });
  }
  #inFlight(): readonly InFlightRequest[] {
    return [...this.#answered, ...this.#owner.inFlight!];
  }
  /** A fault ended the connection. */
  get isCut(): boolean {
    return this.#dead && this.#leaving !== "close";
  }
  /** A fault holds bytes or time back: an intended stall, which must not time out. */
  get isWithheld(): boolean {
    return this.#isHeldBack || this.#inbound?.withholds === true || this.#outbound?.withholds === true;
  }

  // === FaultListener: faults come and go
  faultsChanged(nowMs: number): void {
    this.#meetChange(nowMs);
    this.#owner.exchangeFaults?.faultsChanged(nowMs);
  }
  /** Takes up a change of the faults upon connections. */
  #meetChange(nowMs: number): void {
    if (this.#closed || this.#seen === this.#edge.connectionFaults) return;
    this.#seen = this.#edge.connectionFaults;
    // Before faults leave: a fault that has held bytes long enough has used a unit of the run's allotment.
    this.#countOwnHolds(nowMs);
    const faults = this.#meetFaults();
    const { came, wounded } = faults.change(!this.#ending, nowMs);
    if (wounded) this.#cut("rst");
    else {
      this.#rechain(faults, nowMs);
      this.#meetGate().ask(came, nowMs);
    }
  }
  picked(fault: LiveFault, nowMs: number): void {
    if (this.#ending || this.#closed) return;
    const admission = this.#edge.pick(fault, this.#meetCandidate(), nowMs);
    if (admission === null) return;
    this.#meetFaults().pick(admission);
    this.#meetGate().ask([admission], nowMs);
  }
  met(fault: LiveFault, nowMs: number): void {
    if (this.#closed || this.#dead || this.#owner.inFlight === undefined) return;
    for (const request of this.#inFlight()) {
      this.#edge.meet(fault, request, this.#endpoint, nowMs);
      this.#metUntil = Math.max(this.#metUntil, request.ordinal);
    }
  }
  countHolds(nowMs: number): void {
    this.#countOwnHolds(nowMs);
    this.#owner.exchangeFaults?.countHolds(nowMs);
  }
  #countOwnHolds(nowMs: number): void {
    this.#gate?.countHolds(nowMs);
    this.#inbound?.countHolds(nowMs);
    this.#outbound?.countHolds(nowMs);
  }
  hold(): Hold {
    const early = this.#isHeldBack ? this.#earlyBytes : 0;
    const held = early + (this.#inbound?.held ?? 0) + (this.#outbound?.held ?? 0);
    const ofExchange = this.#owner.exchangeFaults?.hold() ?? NO_HOLD;
    return {
      held: held + ofExchange.held,
      wounded: (this.#faults?.isWounded === true ? 1 : 0) + ofExchange.wounded,
    };
  }

  // === Receiver: from the caller
  opened(): void {}
  bytes(buffer: Buffer, end: number): void {
    if (this.#edge.connectionFaults !== this.#seen) this.#meetChange(this.#clock.nowMs());
    if (this.#dead || this.#leaving === "close") return;
    if (this.#isEarly) this.#keepEarly(buffer, end);
    else if (this.#inbound === null) this.#owner.bytes(buffer, end);
    else {
      this.#owner.peeked?.(buffer, end);
      this.#inbound.data(buffer.subarray(0, end));
    }
  }
  ended(): void {
    if (this.#dead) this.#transport.close();
    else if (this.#leaving === "close") return;
    else if (this.#isEarly) {
      this.#earlyEnd = true;
      this.#owner.peekedEnd?.();
    } else if (this.#inbound === null) this.#owner.ended();
    else {
      this.#inbound.end();
      if (this.#inbound !== null) this.#owner.peekedEnd?.();
    }
  }
  get #isEarly(): boolean {
    return this.#isHeldBack || this.#early.length > 0;
  }
  #keepEarly(buffer: Buffer, end: number): void {
    this.#owner.peeked?.(buffer, end);
    this.#early.push(Buffer.from(buffer.subarray(0, end)));
    this.#earlyBytes += end;
    if (this.#earlyBytes < MOST_EARLY) return;
    this.#transport.pause();
    this.#readNoMore();
  }
  #readNoMore(): void {
    this.#isUnread = true;
    this.#unread ??= this.#clock.wake(this.#clock.nowMs() + UNREAD_LOOK_MS, () => {
      this.#unread = null;
      if (!this.#isUnread || this.#dead) return;
      // Behind our own FIN the kernel does not tell any more whether the caller is there.
      if (this.#finSent || this.#transport.isPeerThere) this.#readNoMore();
      else {
        this.#left = true;
        this.#transport.reset();
      }
    });
  }
  drained(): void {
    if (this.#dead) return;
    if (this.#outbound !== null) {
      this.#outbound.drained();
      this.#trim();
    } else this.#tellDrained();
    this.#resetIfSent();
  }
  closed(error: ConnectionError | null): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#edge.open.delete(this);
    this.#linger?.cancel();
    this.#unread?.cancel();
    this.#gate?.dispose();
    this.#inbound?.dispose();
    this.#outbound?.dispose();
    this.#faults?.over();
    this.#tellClosed(this.isCut ? CUT : this.#left ? LEFT : error);
  }

  // === Transport: to the caller
  write(buffer: Buffer, start: number, end: number): boolean {
    if (this.#edge.connectionFaults !== this.#seen) this.#meetChange(this.#clock.nowMs());
    if (this.#dead) return true;
    const taken =
      this.#outbound === null
        ? this.#transport.write(buffer, start, end)
        : this.#outbound.data(buffer.subarray(start, end));
    if (!taken) this.#ownerWaits = true;
    return taken;
  }
  writeCopy(bytes: Uint8Array): boolean {
    const copy = Buffer.from(bytes);
    return this.write(copy, 0, copy.length);
  }
  pause(): void {
    this.#ownerPaused = true;
    if (this.#isHeldBack || this.#dead) return;
    if (this.#inbound === null) {
      this.#transport.pause();
      this.#readNoMore();
    } else this.#inbound.congest();
  }
  resume(): void {
    this.#ownerPaused = false;
    if (!this.#isHeldBack) this.#read();
  }
  finish(): void {
    if (this.#leaving === "no") this.#leave("finish");
  }
  close(): void {
    if (this.#leaving === "close") return;
    if (this.#leaving === "no") {
      this.#leave("close");
      return;
    }
    this.#leaving = "close";
    if (this.#finSent || this.#outbound === null) {
      this.#dropInbound();
      this.#transport.close();
    } else this.#discardInbound();
  }
  reset(): void {
    this.#leaving = "close";
    this.#kill();
    this.#transport.reset();
  }
  /** Resets behind the bytes written so far: at once where all of these have left. */
  resetBehind(): void {
    if (this.pending === 0) this.reset();
    else this.#resetsBehind = true;
  }
  #resetIfSent(): void {
    if (this.#resetsBehind && !this.#dead && this.pending === 0) this.reset();
  }
  get pending(): number {
    return this.#transport.pending + (this.#outbound?.pending ?? 0);
  }
  get addresses(): ConnectionAddresses | null {
    return this.#transport.addresses;
  }
  keepAlive(): void {
    this.#transport.keepAlive();
  }
  get isPeerThere(): boolean {
    return this.#transport.isPeerThere;
  }

  /** All bytes are read and sent: there is nothing left for a fault to act on. */
  get #ending(): boolean {
    return this.#dead || (this.#finSent && this.#leaving === "close");
  }
  #open(): void {
    this.#owner.opened(this);
    if (this.#dead) return;
    this.#isUnread = false;
    // While the opening was held back, the transport was read although the owner had not asked for bytes.
    if (this.#ownerPaused) this.#transport.pause();
    else this.#read();
  }
  #read(): void {
    this.#deliverEarly();
    if (this.#dead || this.#ownerPaused || this.#early.length > 0) return;
    if (this.#inbound === null) {
      this.#isUnread = false;
      this.#transport.resume();
      return;
    }
    this.#inbound.drained();
    this.#trim();
  }
  /** Delivers bytes that came while the opening was held back, as if received now. */
  #deliverEarly(): void {
    // The owner may pause and resume during the delivery.
    if (this.#delivering) return;
    this.#delivering = true;
    while (this.#early.length > 0 && !this.#ownerPaused && !this.#dead) {
      const bytes = this.#early[0]!;
      this.#earlyBytes -= bytes.length;
      // Removed only afterwards: while the list is not empty, newer bytes queue behind these.
      if (this.#inbound === null) this.#owner.bytes(bytes, bytes.length);
      else this.#inbound.data(bytes);
      this.#early.shift();
    }
    this.#delivering = false;
    if (this.#early.length > 0) return;
    if (this.#inbound === null) this.#owner.peekDone?.();
    if (!this.#earlyEnd || this.#ownerPaused || this.#dead) return;
    this.#earlyEnd = false;
    if (this.#inbound === null) this.#owner.ended();
    else this.#inbound.end();
  }
  #tellClosed(error: ConnectionError | null): void {
    if (this.#told) return;
    this.#told = true;
    this.#owner.closed(error);
  }
  #tellDrained(): void {
    if (!this.#ownerWaits) return;
    this.#ownerWaits = false;
    this.#owner.drained();
  }
  #leave(how: "finish" | "close"): void {
    this.#leaving = how;
    if (this.#dead) return;
    if (this.#outbound === null) {
      if (how === "close") this.#dropInbound();
      this.#sendFin();
    } else {
      if (how === "close") this.#discardInbound();
      this.#outbound.end();
      this.#trim();
    }
  }
  #sendFin(): void {
    this.#finSent = true;
    if (this.#leaving === "close") this.#transport.close();
    else this.#transport.finish();
  }
  /**
   * Discards the caller's bytes, since the owner wants no more; the transport is read on only to notice that the caller
   * leaves.
   */
  #discardInbound(): void {
    this.#dropInbound();
    this.#transport.resume();
  }
  #dropInbound(): void {
    this.#inbound?.dispose();
    this.#inbound = null;
    this.#early = [];
  }
  #cut(how: Cut["how"]): void {
    if (this.#dead && how === "fin") return;
    this.#kill();
    this.#owner.struck?.(how);
    if (how === "rst") {
      this.#transport.reset();
      return;
    }
    this.#transport.finish();
    this.#transport.resume();
    // In a later turn: the owner may be in the middle of the write that led to this cut.
    const nowMs = this.#clock.nowMs();
    this.#linger = this.#clock.wake(nowMs, () => {
      this.#linger = this.#clock.wake(nowMs + LINGER_MS, () => this.#transport.close());
      this.#tellClosed(CUT);
    });
  }
  #kill(): void {
    this.#dead = true;
    this.#gate?.dispose();
    this.#inbound?.dispose();
    this.#outbound?.dispose();
    this.#early = [];
  }

  /** Gives the flows the present faults; creates a flow where faults need it, and removes idle flows. */
  #rechain({ request, response }: ConnectionFaults, nowMs = this.#clock.nowMs()): void {
    if (this.#leaving !== "close") {
      if (this.#inbound !== null) this.#inbound.rechain(request, nowMs);
      else if (request.length > 0) {
        this.#inbound = new Flow(request, this.#toOwner(), this.#fromCaller(), this.#edge.holding);
        if (this.#ownerPaused) this.#inbound.congest();
      }
    }
    if (this.#dead) return;
    if (this.#outbound !== null) this.#outbound.rechain(response, nowMs);
    else if (response.length > 0 && !this.#finSent) {
      this.#outbound = new Flow(response, this.#toCaller(), this.#fromOwner(), this.#edge.holding);
      if (this.#ownerWaits) this.#outbound.congest();
    }
    this.#trim();
  }
  #trim(): void {
    if (this.#inbound?.idle === true) {
      this.#inbound = null;
      if (!this.#isEarly) this.#owner.peekDone?.();
    }
    if (this.#outbound?.withholds !== true) this.#answered = [];
    if (this.#outbound?.idle === true) this.#outbound = null;
  }

  #toOwner(): FlowSink<never> {
    return {
      head() {},
      data: (bytes) => {
        this.#owner.bytes(bufferOf(bytes), bytes.length);
        return !this.#ownerPaused;
      },
      end: () => this.#owner.ended(),
      cut: (how) => this.#cut(how),
      emptied: () => this.#trim(),
    };
  }
  #fromCaller(): FlowSource {
    return {
      pause: () => {
        this.#transport.pause();
        this.#readNoMore();
      },
      resume: () => {
        this.#isUnread = false;
        if (!this.#isHeldBack) this.#transport.resume();
      },
    };
  }
  #toCaller(): FlowSink<never> {
    return {
      head() {},
      data: (bytes) => {
        const taken = this.#transport.write(bufferOf(bytes), 0, bytes.length);
        // In a later turn: the flow is in the midst of its parts.
        if (this.#resetsBehind) process.nextTick(() => this.#resetIfSent());
        return taken;
      },
      end: () => this.#sendFin(),
      cut: (how) => this.#cut(how),
      emptied: () => this.#trim(),
    };
  }
  #fromOwner(): FlowSource {
    return {
      // The owner learns of the pause from the result of the next write.
      pause() {},
      resume: () => this.#tellDrained(),
    };
  }
}

const bufferOf = (bytes: Uint8Array): Buffer =>
  Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
