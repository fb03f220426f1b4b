/**
 * Transport to an endpoint that is a name: finds the addresses, dials these, and passes everything on to the connection
 * that comes about. Two addresses are dialled at the same time only where their families differ (Happy Eyeballs, RFC
 * 8305): a single address that is silent because of its family must not cost the dial.
 */
import { isIPv6 } from "node:net";
import type { Alarm, Clock } from "../clock/clock.ts";
import { markLent } from "../transport/read-buffer.ts";
import type {
  Address,
  ConnectionAddresses,
  ConnectionError,
  Receiver,
  Transport,
  Transports,
} from "../transport/transport.ts";

/** Time, ms, after which the other family is dialled, too (RFC 8305, 5: connection attempt delay). */
const OTHER_FAMILY_MS = 250;

export interface NamedDial {
  readonly clock: Clock;
  readonly transports: Transports;
  /** Addresses of a name, the preferred first. */
  readonly lookup: (name: string) => Promise<readonly string[]>;
}

export class NamedTransport implements Transport {
  readonly #dial: NamedDial;
  readonly #target: Address;
  readonly #receiver: Receiver;
  readonly #timeoutMs: number;
  readonly #deadline: Alarm;
  /** Addresses not dialled yet, in order. */
  #addresses: readonly string[] = [];
  readonly #attempts = new Set<Attempt>();
  #otherFamily: Alarm | null = null;
  /** Connection that came about; null: none yet. */
  #inner: Transport | null = null;
  #isClosed = false;
  #isPaused = false;
  #early: Buffer[] = [];
  #end: "no" | "finish" | "close" = "no";
  #error: ConnectionError | null = null;

  constructor(dial: NamedDial, target: Address, receiver: Receiver, timeoutMs: number) {
    this.#dial = dial;
    this.#target = target;
    this.#receiver = receiver;
    this.#timeoutMs = timeoutMs;
    const { clock } = dial;
    this.#deadline = clock.wake(clock.nowMs() + timeoutMs, () => this.#tookTooLong());
    dial.lookup(target.host).then(
      (addresses) => this.#found(addresses),
      (error: Error) => this.#fail({ code: "unreachable", message: error.message }),
    );
  }

  write(buffer: Buffer, start: number, end: number): boolean {
    if (this.#inner !== null) return this.#inner.write(buffer, start, end);
    if (start === end) return true;
    return this.#keep(start === 0 && end === buffer.length ? buffer : buffer.subarray(start, end));
  }
  writeCopy(bytes: Uint8Array): boolean {
    if (this.#inner !== null) return this.#inner.writeCopy(bytes);
    return bytes.length === 0 || this.#keep(Buffer.from(bytes));
  }
  pause(): void {
    this.#isPaused = true;
    this.#inner?.pause();
  }
  resume(): void {
    this.#isPaused = false;
    this.#inner?.resume();
  }
  finish(): void {
    if (this.#inner !== null) this.#inner.finish();
    else if (this.#end === "no") this.#end = "finish";
  }
  reset(): void {
    if (this.#inner !== null) this.#inner.reset();
    else this.#abandon();
  }
  close(): void {
    if (this.#inner !== null) this.#inner.close();
    else if (this.#early.length === 0) this.#abandon();
    else this.#end = "close";
  }
  get pending(): number {
    return this.#inner?.pending ?? this.#early.reduce((sum, { length }) => sum + length, 0);
  }
  get addresses(): ConnectionAddresses | null {
    return this.#inner?.addresses ?? null;
  }
  get isPeerThere(): boolean {
    return this.#inner?.isPeerThere ?? true;
  }

  #keep(bytes: Buffer): boolean {
    if (this.#isClosed || this.#end !== "no") return true;
    markLent(bytes);
    this.#early.push(bytes);
    return false;
  }
  #found(addresses: readonly string[]): void {
    if (this.#isClosed) return;
    const [first = "", ...rest] = addresses;
    const other = rest.find((address) => isIPv6(address) !== isIPv6(first));
    this.#addresses = other === undefined ? addresses : [first, other, ...rest.filter((address) => address !== other)];
    this.#dialNext();
    if (other === undefined || this.#isClosed) return;
    const { clock } = this.#dial;
    this.#otherFamily = clock.wake(clock.nowMs() + OTHER_FAMILY_MS, () => {
      this.#otherFamily = null;
      if (this.#addresses[0] === other) this.#dialNext();
    });
  }
  #dialNext(): void {
    const [host, ...rest] = this.#addresses;
    if (host === undefined) return;
    this.#addresses = rest;
    const attempt = new Attempt(
      this.#receiver,
      (transport) => this.#won(attempt, transport),
      (error) => this.#lost(attempt, error),
    );
    this.#attempts.add(attempt);
    attempt.transport = this.#dial.transports.dial({ host, port: this.#target.port }, attempt, this.#timeoutMs);
  }
  #won(attempt: Attempt, transport: Transport): void {
    if (this.#isClosed || this.#inner !== null) return;
    attempt.hasWon = true;
    this.#inner = transport;
    this.#settle();
    this.#dropOthers(attempt);
    const early = this.#early;
    this.#early = [];
    if (this.#isPaused) transport.pause();
    const isTaken = early.map((bytes) => transport.write(bytes, 0, bytes.length)).every((taken) => taken);
    if (this.#end === "finish") transport.finish();
    if (this.#end === "close") {
      transport.close();
      return;
    }
    this.#receiver.opened(this);
    if (early.length > 0 && isTaken) this.#receiver.drained();
  }
  #lost(attempt: Attempt, error: ConnectionError | null): void {
    this.#attempts.delete(attempt);
    if (attempt.hasWon) {
      this.#isClosed = true;
      this.#receiver.closed(error);
      return;
    }
    if (this.#isClosed || this.#inner !== null) return;
    this.#error ??= error;
    this.#dialNext();
    if (this.#attempts.size === 0) this.#fail(this.#error ?? { code: "broken", message: "the dial ended" });
  }
  #tookTooLong(): void {
    const { host, port } = this.#target;
    const what = this.#attempts.size === 0 ? `no address for the name ${host}` : `no connection to ${host}:${port}`;
    this.#fail({ code: "timeout", message: `${what} within ${this.#timeoutMs} ms` });
  }
  /** Ends a dial that has not become a connection. The receiver is told in a later turn, as by every transport. */
  #fail(error: ConnectionError | null): void {
    if (this.#isClosed || this.#inner !== null) return;
    this.#isClosed = true;
    this.#early = [];
    this.#settle();
    this.#dropOthers(null);
    process.nextTick(() => this.#receiver.closed(error));
  }
  #abandon(): void {
    this.#fail(null);
  }
  #settle(): void {
    this.#deadline.cancel();
    this.#otherFamily?.cancel();
    this.#otherFamily = null;
    this.#addresses = [];
  }
  #dropOthers(winner: Attempt | null): void {
    for (const attempt of this.#attempts) if (attempt !== winner) attempt.transport?.close();
  }
}

/** Dial of a single address: passes events on once the attempt has won. */
class Attempt implements Receiver {
  transport: Transport | null = null;
  hasWon = false;
  readonly #receiver: Receiver;
  readonly #opened: (transport: Transport) => void;
  readonly #closed: (error: ConnectionError | null) => void;

  constructor(
    receiver: Receiver,
    opened: (transport: Transport) => void,
    closed: (error: ConnectionError | null) => void,
  ) {
    this.#receiver = receiver;
    this.#opened = opened;
    this.#closed = closed;
  }
  opened(transport: Transport): void {
    this.#opened(transport);
    // A later winner, or a dial given up meanwhile: this connection ends before a byte.
    if (!this.hasWon) transport.close();
  }
  bytes(buffer: Buffer, end: number): void {
    if (this.hasWon) this.#receiver.bytes(buffer, end);
  }
  ended(): void {
    if (this.hasWon) this.#receiver.ended();
  }
  drained(): void {
    if (this.hasWon) this.#receiver.drained();
  }
  closed(error: ConnectionError | null): void {
    this.#closed(error);
  }
}
