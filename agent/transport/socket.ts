/**
 * Socket transport: the common part of the tiers over `net.Socket`, everything except how bytes come out of the socket.
 */
import type { Socket } from "node:net";
import type { Clock } from "../clock/clock.ts";
import { connectionError } from "./connection-error.ts";
import { markLent } from "./read-buffer.ts";
import type { ConnectionAddresses, ConnectionError, Receiver, Transport } from "./transport.ts";
import { KEEP_ALIVE_S } from "./transport.ts";

const NOTHING = Buffer.alloc(0);

/**
 * Handle of a `net.Socket`, which keeps the descriptor. `getpeername` returns a libuv error number, 0: the peer is
 * known.
 */
interface Handle {
  getpeername?(out: object): number;
}

export class SocketTransport implements Transport {
  readonly #clock: Clock;
  #socket: Socket | null = null;
  #receiver: Receiver | null = null;
  #paused: boolean;
  #finished = false;
  #gone = false;
  #closed = false;
  #flushing = false;
  #error: ConnectionError | null = null;
  /** Bytes that came although reading had been stopped; delivered first on resume. */
  #late: Buffer[] = [];
  #endLate = false;

  constructor(clock: Clock, paused: boolean) {
    this.#clock = clock;
    this.#paused = paused;
  }

  /** Second step of construction: the socket's own read callback needs the transport first. */
  attach(socket: Socket): void {
    this.#socket = socket;
    socket.on("end", () => this.#ended());
    socket.on("error", (error) => this.fail(connectionError(error)));
    socket.on("close", () => this.#close());
  }

  /** Third step of construction: sets the receiver, which for an accepted connection is created from the transport. */
  own(receiver: Receiver): void {
    this.#receiver = receiver;
  }

  /** Records the error for `closed`; the first error wins. */
  fail(error: ConnectionError): void {
    this.#error ??= error;
  }

  opened(): void {
    if (!this.#gone) this.#receiver?.opened(this);
  }

  /** Bytes buffer[0, end) have come out of the socket. Returns false to stop reading. */
  arrived(buffer: Buffer, end: number): boolean {
    if (this.#gone) return true;
    if (this.#paused || this.#late.length > 0) this.#late.push(Buffer.from(buffer.subarray(0, end)));
    else this.#receiver!.bytes(buffer, end);
    this.#clock.ringDue();
    return !this.#paused;
  }

  write(buffer: Buffer, start: number, end: number): boolean {
    if (start === end) return true;
    return this.#send(start === 0 && end === buffer.length ? buffer : buffer.subarray(start, end));
  }

  writeCopy(bytes: Uint8Array): boolean {
    return bytes.length === 0 || this.#send(Buffer.from(bytes));
  }

  pause(): void {
    if (this.#paused) return;
    this.#paused = true;
    this.#socket?.pause();
  }

  resume(): void {
    if (!this.#paused || this.#gone) return;
    this.#paused = false;
    if (this.#late.length > 0 || this.#endLate) process.nextTick(() => this.#deliverLate());
    this.#socket?.resume();
  }

  finish(): void {
    if (this.#gone || this.#finished) return;
    this.#finished = true;
    this.#socket!.end();
  }

  reset(): void {
    if (this.#closed) return;
    this.#gone = true;
    const socket = this.#socket!;
    if (socket.destroyed) return;
    // A socket that is still connecting has no peer to send RST to, and Node would wait for the connect first.
    if (socket.connecting) socket.destroy();
    else socket.resetAndDestroy();
  }

  close(): void {
    if (this.#gone) return;
    this.#gone = true;
    this.#socket!.destroySoon();
  }

  keepAlive(): void {
    this.#socket?.setKeepAlive(true, KEEP_ALIVE_S * 1_000);
  }

  get pending(): number {
    return this.#closed ? 0 : (this.#socket?.writableLength ?? 0);
  }

  get addresses(): ConnectionAddresses | null {
    const { localAddress, localPort, remoteAddress, remotePort } = this.#socket!;
    if (localAddress === undefined || localPort === undefined) return null;
    if (remoteAddress === undefined || remotePort === undefined) return null;
    return { local: { host: localAddress, port: localPort }, remote: { host: remoteAddress, port: remotePort } };
  }

  get isPeerThere(): boolean {
    // Node caches `remoteAddress`, which therefore says nothing here; the kernel forgets the peer of a socket that
    // was reset.
    const { _handle: handle } = this.#socket as unknown as { readonly _handle: Handle | null };
    return handle?.getpeername === undefined || handle.getpeername({}) === 0;
  }

  #send(bytes: Buffer): boolean {
    const socket = this.#socket!;
    if (this.#gone || this.#finished || socket.destroyed) return true;
    socket.write(bytes);
    // With lent buffers neither the return value nor 'drain' shows when the kernel has taken the bytes; the length
    // does.
    if (socket.writableLength === 0) return true;
    markLent(bytes);
    if (!this.#flushing) {
      this.#flushing = true;
      socket.write(NOTHING, this.#flushed);
    }
    return false;
  }

  /** Runs behind an empty write, by when all earlier writes have been taken. */
  readonly #flushed = (): void => {
    const socket = this.#socket!;
    if (this.#closed || socket.destroyed) return;
    if (socket.writableLength > 0) {
      if (socket.writableEnded) socket.once("finish", this.#flushed);
      else socket.write(NOTHING, this.#flushed);
      return;
    }
    this.#flushing = false;
    this.#receiver?.drained();
  };

  #ended(): void {
    if (this.#gone) return;
    if (this.#paused || this.#late.length > 0) this.#endLate = true;
    else this.#receiver!.ended();
  }

  #deliverLate(): void {
    while (!this.#paused && !this.#gone && this.#late.length > 0) {
      const bytes = this.#late[0]!;
      // Removed only afterwards: while the list is not empty, newer bytes queue behind these.
      this.#receiver!.bytes(bytes, bytes.length);
      this.#late.shift();
    }
    if (!this.#endLate || this.#paused || this.#gone || this.#late.length > 0) return;
    this.#endLate = false;
    this.#receiver!.ended();
  }

  #close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#gone = true;
    this.#late = [];
    this.#receiver?.closed(this.#error);
  }
}
