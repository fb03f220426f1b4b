/**
 * The caller's side of a connection, with the faults that strike whole connections, at byte level. Towards the real
 * transport it is the receiver; towards the splice it *is* the transport. Faults come and go while it is open; without
 * any, each chunk costs one comparison.
 *
 *   caller ⇄ transport ⇄ [ inbound flow → | ← outbound flow ] ⇄ splice
 */
import type { Alarm, Clock } from "../clock.ts";
import type { EdgeFaults, Hold, Subject, Witness } from "../edge.ts";
import type { Cut } from "../faults/behaviour.ts";
import type { LiveFault } from "../faults/live.ts";
import type { MarkedExchange } from "../marks.ts";
import type { ConnectionError, Receiver, Transport } from "../transport/transport.ts";
import { Flow, type Sink, type Source } from "./flow.ts";
import { Joined } from "./joined.ts";
import { Opening } from "./opening.ts";

/** After a cut with FIN, how long the caller may still send: an immediate close would answer its bytes with RST and lose ours. */
const LINGER_MS = 1_000;
const CUT: ConnectionError = { code: "reset", message: "cut by a fault" };

export interface WireDeps {
  readonly edge: EdgeFaults;
  readonly clock: Clock;
  /** Callee address of this connection; null: each request has its own (HTTP). */
  readonly endpoint: string | null;
}
/**
 * Puts a wire between an accepted transport and its owner; the answer is the transport's receiver. The owner is made at
 * once and holds the wire as its transport; `opened` is called when the faults let the connection begin (in the same turn
 * without any), and nothing is read before. Whatever a fault does to the connection, `closed` comes exactly once, last.
 */
export const wired = (deps: WireDeps, transport: Transport, own: (wire: Wire) => Receiver): Receiver => {
  const wire = new Wire(deps, transport);
  wire.begin(own(wire));
  return wire;
};

export class Wire implements Transport, Receiver, Witness {
  readonly #edge: EdgeFaults;
  readonly #clock: Clock;
  readonly #transport: Transport;
  readonly #subject: Subject & { marked: MarkedExchange | null };
  readonly #joined: Joined;
  readonly #opening: Opening;
  #owner!: Receiver;
  /** The faults that the flows stand for. */
  #seen: readonly LiveFault[];
  #inbound: Flow<never> | null = null;
  #outbound: Flow<never> | null = null;
  /** The owner does not want bytes. Accepted transports begin like this. */
  #ownerPaused = true;
  /** The owner was told that a write is not taken yet. */
  #ownerWaits = false;
  /** The owner said FIN (`finish`), or FIN and gone (`close`). */
  #leaving: "no" | "finish" | "close" = "no";
  #finSent = false;
  /** Cut by a fault, or reset: bytes lead nowhere in either direction. */
  #dead = false;
  #linger: Alarm | null = null;
  #closed = false;
  /** The owner knows that it is closed. */
  #told = false;

  constructor({ edge, clock, endpoint }: WireDeps, transport: Transport) {
    this.#edge = edge;
    this.#clock = clock;
    this.#transport = transport;
    this.#subject = { connection: this, endpoint, request: null, marked: null };
    this.#seen = edge.connectionFaults;
    this.#joined = new Joined(edge, this.#subject);
    this.#opening = new Opening(
      clock,
      () => this.#open(),
      (how) => this.#cut(how),
      () => this.#ending && transport.pending === 0,
    );
  }
  begin(owner: Receiver): void {
    this.#owner = owner;
    this.#edge.open.add(this);
    const nowMs = this.#clock.nowMs();
    if (this.#seen.length > 0) {
      const admitted = this.#joined.begin(nowMs);
      this.#rechain();
      this.#opening.ask(admitted, nowMs);
    } else this.#opening.proceed(nowMs);
  }

  /** A connection fault really did something to it. */
  get treated(): boolean {
    if (this.#joined.isTouchable) this.countHolds(this.#clock.nowMs());
    return this.#joined.treated;
  }
  /** An exchange begins on this connection. If it is marked, whatever struck the connection has struck it too. */
  carry(marked: MarkedExchange | null): void {
    this.#subject.marked = marked;
    if (marked !== null) for (const fault of this.#joined.struckBy) marked.hit(fault);
  }
  /** The exchange has ended. While a fault holds its answer here, hits are still its own. */
  carried(): void {
    if (this.#outbound === null || this.#outbound.pending === 0) this.#subject.marked = null;
  }
  /** A fault ended it. */
  get cut(): boolean {
    return this.#dead && this.#leaving !== "close";
  }
  /** Bytes or time are held back by a fault: a stall that is meant, not one to time out. */
  get withheld(): boolean {
    return this.#opening.closed || this.#inbound?.withholds === true || this.#outbound?.withholds === true;
  }

  // === Witness: faults come and go
  faultsChanged(nowMs: number): void {
    if (this.#closed || this.#seen === this.#edge.connectionFaults) return;
    this.#seen = this.#edge.connectionFaults;
    // Before anybody leaves: who has held something long enough has used its part of the run's allotment.
    this.countHolds(nowMs);
    const { came, wounded } = this.#joined.change(!this.#ending, nowMs);
    if (wounded) this.#cut("rst");
    else {
      this.#rechain(nowMs);
      this.#opening.ask(came, nowMs);
    }
  }
  picked(fault: LiveFault, nowMs: number): void {
    if (this.#ending || this.#closed) return;
    const admission = this.#edge.pick(fault, this.#subject, nowMs);
    if (admission === null) return;
    this.#joined.pick(admission);
    this.#opening.ask([admission], nowMs);
  }
  countHolds(nowMs: number): void {
    this.#opening.countHolds(nowMs);
    this.#inbound?.countHolds(nowMs);
    this.#outbound?.countHolds(nowMs);
  }
  hold(): Hold {
    const held = (this.#inbound?.held ?? 0) + (this.#outbound?.held ?? 0);
    return { held, wounded: this.#joined.wounded ? 1 : 0 };
  }

  // === Receiver: from the caller
  opened(): void {}
  bytes(buffer: Buffer, end: number): void {
    if (this.#edge.connectionFaults !== this.#seen) this.faultsChanged(this.#clock.nowMs());
    if (this.#dead || this.#leaving === "close") return;
    if (this.#inbound === null) this.#owner.bytes(buffer, end);
    else this.#inbound.data(buffer.subarray(0, end));
  }
  ended(): void {
    if (this.#dead) this.#transport.close();
    else if (this.#leaving === "close") return;
    else if (this.#inbound === null) this.#owner.ended();
    else this.#inbound.end();
  }
  drained(): void {
    if (this.#dead) return;
    if (this.#outbound !== null) {
      this.#outbound.drained();
      this.#trim();
    } else this.#tellDrained();
  }
  closed(error: ConnectionError | null): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#edge.open.delete(this);
    this.#linger?.cancel();
    this.#opening.dispose();
    this.#inbound?.dispose();
    this.#outbound?.dispose();
    this.#joined.over();
    this.#tellClosed(this.cut ? CUT : error);
  }

  // === Transport: to the caller
  write(buffer: Buffer, start: number, end: number): boolean {
    if (this.#edge.connectionFaults !== this.#seen) this.faultsChanged(this.#clock.nowMs());
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
    if (this.#opening.closed || this.#dead) return;
    if (this.#inbound === null) this.#transport.pause();
    else this.#inbound.congest();
  }
  resume(): void {
    this.#ownerPaused = false;
    if (!this.#opening.closed) this.#read();
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
  get pending(): number {
    return this.#transport.pending + (this.#outbound?.pending ?? 0);
  }
  get remote(): string {
    return this.#transport.remote;
  }
  get isPeerThere(): boolean {
    return this.#transport.isPeerThere;
  }

  /** All has been said and sent: there is nothing left for a fault to strike. */
  get #ending(): boolean {
    return this.#dead || (this.#finSent && this.#leaving === "close");
  }
  #open(): void {
    this.#owner.opened(this);
    if (!this.#ownerPaused && !this.#dead) this.#read();
  }
  #read(): void {
    if (this.#dead) return;
    if (this.#inbound === null) {
      this.#transport.resume();
      return;
    }
    this.#inbound.drained();
    this.#trim();
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
  /** The owner wants no more; what the caller sends is read only to notice that it leaves. */
  #discardInbound(): void {
    this.#dropInbound();
    this.#transport.resume();
  }
  #dropInbound(): void {
    this.#inbound?.dispose();
    this.#inbound = null;
  }
  #cut(how: Cut["how"]): void {
    if (this.#dead && how === "fin") return;
    this.#kill();
    if (how === "rst") {
      this.#transport.reset();
      return;
    }
    this.#transport.finish();
    this.#transport.resume();
    // In a turn of its own: the owner may be in the middle of the write that brought us here.
    const nowMs = this.#clock.nowMs();
    this.#linger = this.#clock.wake(nowMs, () => {
      this.#linger = this.#clock.wake(nowMs + LINGER_MS, () => this.#transport.close());
      this.#tellClosed(CUT);
    });
  }
  #kill(): void {
    this.#dead = true;
    this.#opening.dispose();
    this.#inbound?.dispose();
    this.#outbound?.dispose();
  }

  /** Gives the flows the faults that are here; makes flows where there are none yet, and takes away those with nothing in them. */
  #rechain(nowMs = this.#clock.nowMs()): void {
    const { request, response } = this.#joined;
    if (this.#leaving !== "close") {
      if (this.#inbound !== null) this.#inbound.rechain(request, nowMs);
      else if (request.length > 0) {
        this.#inbound = new Flow(request, this.#toOwner, this.#fromCaller, this.#clock);
        if (this.#ownerPaused) this.#inbound.congest();
      }
    }
    if (this.#dead) return;
    if (this.#outbound !== null) this.#outbound.rechain(response, nowMs);
    else if (response.length > 0 && !this.#finSent) {
      this.#outbound = new Flow(response, this.#toCaller, this.#fromOwner, this.#clock);
      if (this.#ownerWaits) this.#outbound.congest();
    }
    this.#trim();
  }
  #trim(): void {
    if (this.#inbound?.idle === true) this.#inbound = null;
    if (this.#outbound?.idle === true) this.#outbound = null;
  }

  readonly #toOwner: Sink<never> = {
    head() {},
    data: (bytes) => {
      this.#owner.bytes(bufferOf(bytes), bytes.length);
      return !this.#ownerPaused;
    },
    end: () => this.#owner.ended(),
    cut: (how) => this.#cut(how),
  };
  readonly #fromCaller: Source = {
    pause: () => this.#transport.pause(),
    resume: () => {
      if (!this.#opening.closed) this.#transport.resume();
    },
  };
  readonly #toCaller: Sink<never> = {
    head() {},
    data: (bytes) => this.#transport.write(bufferOf(bytes), 0, bytes.length),
    end: () => this.#sendFin(),
    cut: (how) => this.#cut(how),
  };
  readonly #fromOwner: Source = {
    // The owner learns it from what its next write returns.
    pause() {},
    resume: () => this.#tellDrained(),
  };
}

const bufferOf = (bytes: Uint8Array): Buffer =>
  Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
