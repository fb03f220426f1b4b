/**
 * The `raw` tier, the fastest: Node's TCP handles without `net.Socket` (`binding.ts`). A new connection costs half,
 * and this tier sees connection ends that a stream hides: an answer that came before a failed write, a reset that libuv
 * reports as EOF.
 */
import { getSystemErrorMap, getSystemErrorName } from "node:util";
import type { Clock } from "../clock/clock.ts";
import { Deadlines } from "../clock/deadlines.ts";
import { familyOf } from "./address.ts";
import { type Binding, type HandleRequest, openBinding, type TcpHandle } from "./binding.ts";
import { connectionError } from "./connection-error.ts";
import { Listeners } from "./listen.ts";
import { markLent, ReadBuffer } from "./read-buffer.ts";
import type { Address, ConnectionAddresses, ConnectionError, Receiver, Transport, Transports } from "./transport.ts";
import { KEEP_ALIVE_S } from "./transport.ts";

/** Opens the tier. Throws where this Node does not expose the TCP handles. */
export const handleTransports = (clock: Clock, listeners = new Listeners()): Transports => {
  const binding = openBinding();
  const deadlines = new Map<number, Deadlines<HandleTransport>>();
  const within = (timeoutMs: number): Deadlines<HandleTransport> => {
    const known = deadlines.get(timeoutMs);
    if (known !== undefined) return known;
    const made = new Deadlines<HandleTransport>(clock, timeoutMs, (transport) => transport.tookTooLong(timeoutMs));
    deadlines.set(timeoutMs, made);
    return made;
  };
  return {
    tier: "raw",
    listen: (address, accept) =>
      listeners.listenRaw(address, (handle) => {
        handle.setNoDelay(true);
        const transport = new HandleTransport(binding, clock, handle, true);
        transport.own(accept(transport));
      }),
    dial(address, receiver, timeoutMs) {
      const family = familyOf(address.host);
      const transport = new HandleTransport(binding, clock, binding.newSocket(), false);
      transport.own(receiver);
      if (family !== 0 && isPort(address.port)) transport.connect(address, family, within(timeoutMs));
      else transport.refuse(`${address.host}:${address.port} is no IP address with a port`);
      return transport;
    },
  };
};
const isPort = (port: number): boolean => Number.isInteger(port) && port >= 0 && port < 65_536;
/** Number of the end of a stream. A look-up of the name of each status took 2% of the agent's time on new connections. */
const EOF = [...getSystemErrorMap()].find(([, [name]]) => name === "EOF")![0];
/** Place for the peer's name where only its presence counts. */
const PEER = {};

/** Handle or request of a transport, by which the callbacks find it: a closure for each callback costs a new connection. */
interface OwnedHandle extends TcpHandle {
  transport: HandleTransport;
}
interface OwnedRequest extends HandleRequest {
  transport: HandleTransport;
}

const errorOf = (status: number, what: string): ConnectionError => {
  const code = getSystemErrorName(status);
  return connectionError(Object.assign(new Error(`${what} ${code}`), { code }));
};

class HandleTransport implements Transport {
  readonly #binding: Binding;
  readonly #clock: Clock;
  readonly #handle: OwnedHandle;
  readonly #buffer = new ReadBuffer();
  #receiver: Receiver | null = null;
  #state: "connecting" | "open" | "closed";
  #paused: boolean;
  #isReading = false;
  /** The peer has sent FIN. */
  #hasEnded = false;
  /** EOF was read a second time, since libuv may report a reset behind data as EOF. */
  #isLastRead = false;
  /** Bytes written before the dial was done. */
  #early: Buffer[] = [];
  #earlyBytes = 0;
  /** Number of writes that the kernel has not taken whole. */
  #untaken = 0;
  /** A write returned false, so the receiver waits for `drained`. */
  #isWaiting = false;
  #fin: "no" | "wanted" | "under way" | "sent" = "no";
  /** `close`: bytes written so far are still to leave. `reset`: no more bytes leave. */
  #leaving: "no" | "close" | "reset" = "no";
  /** The peer accepts no more bytes; bytes that the peer sent before that are still read. */
  #isRefused = false;
  #error: ConnectionError | null = null;
  /** Address that was dialled; null: the connection was accepted. */
  #address: Address | null = null;
  #deadlines: Deadlines<HandleTransport> | null = null;

  constructor(binding: Binding, clock: Clock, handle: TcpHandle, isAccepted: boolean) {
    const owned = handle as OwnedHandle;
    this.#binding = binding;
    this.#clock = clock;
    this.#handle = owned;
    this.#state = isAccepted ? "open" : "connecting";
    this.#paused = isAccepted;
    // biome-ignore lint/correctness/useHookAtTopLevel: a method of Node's, no hook.
    owned.useUserBuffer(this.#buffer.bytes);
    owned.transport = this;
    owned.onread = HandleTransport.#read;
  }
  /**
   * Sets the receiver. For an accepted connection the receiver is created only after the transport, from the transport.
   */
  own(receiver: Receiver): void {
    this.#receiver = receiver;
  }
  connect(address: Address, family: number, deadlines: Deadlines<HandleTransport>): void {
    const { host, port } = address;
    const request = new this.#binding.ConnectRequest() as OwnedRequest;
    request.transport = this;
    request.oncomplete = HandleTransport.#dialled;
    this.#address = address;
    this.#deadlines = deadlines;
    deadlines.add(this);
    const handle = this.#handle;
    const status = family === 6 ? handle.connect6(request, host, port) : handle.connect(request, host, port);
    if (status < 0) this.#fail(errorOf(status, this.#dialling));
  }
  /** Fails a dial that cannot begin; the receiver learns of every failure in the same way, by `closed`. */
  refuse(message: string): void {
    this.#fail({ code: "broken", message });
  }
  tookTooLong(timeoutMs: number): void {
    const { host, port } = this.#address!;
    this.#fail({ code: "timeout", message: `no connection to ${host}:${port} within ${timeoutMs} ms` });
  }
  get #dialling(): string {
    return `connect to ${this.#address!.host}:${this.#address!.port}`;
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
    this.#stopReading();
  }
  resume(): void {
    if (!this.#paused || this.#leaving !== "no") return;
    this.#paused = false;
    this.#startReading();
  }
  finish(): void {
    if (this.#leaving !== "no" || this.#fin !== "no") return;
    // Closing sends FIN too, with a single call to the kernel instead of two. After the peer's FIN there are no more
    // bytes to read, and the kernel has taken all bytes written.
    if (this.#hasEnded && this.#isFlushed) this.#end();
    else {
      this.#fin = "wanted";
      this.#finishIfFlushed();
    }
  }
  close(): void {
    if (this.#leaving !== "no" || this.#state === "closed") return;
    this.#leaving = "close";
    if (this.#isFlushed || this.#isRefused) this.#end();
    else if (this.#fin === "no") {
      this.#fin = "wanted";
      this.#finishIfFlushed();
    }
  }
  reset(): void {
    if (this.#state === "closed" || this.#leaving === "reset") return;
    this.#leaving = "reset";
    this.#stopReading();
    // The kernel's FIN leaves with the next turn of the loop; before that, the handle refuses a reset.
    if (this.#fin !== "under way") this.#end();
  }
  keepAlive(): void {
    if (this.#state === "open") this.#handle.setKeepAlive(true, KEEP_ALIVE_S);
  }
  get pending(): number {
    if (this.#state === "closed") return 0;
    return this.#earlyBytes + (this.#untaken === 0 ? 0 : this.#handle.writeQueueSize);
  }
  get addresses(): ConnectionAddresses | null {
    if (this.#state !== "open") return null;
    const [local, remote]: { address?: string; port?: number }[] = [{}, {}];
    if (this.#handle.getsockname(local!) !== 0 || this.#handle.getpeername(remote!) !== 0) return null;
    const named = ({ address, port }: { address?: string; port?: number }) => ({ host: address!, port: port! });
    return { local: named(local!), remote: named(remote!) };
  }
  get isPeerThere(): boolean {
    return this.#state === "closed" || this.#handle.getpeername(PEER) === 0;
  }

  #connected(status: number): void {
    if (this.#state !== "connecting") return;
    this.#deadlines!.withdraw(this);
    if (status < 0) {
      this.#fail(errorOf(status, this.#dialling));
      return;
    }
    this.#state = "open";
    this.#handle.setNoDelay(true);
    this.#sendEarly();
    this.#finishIfFlushed();
    if (this.#leaving !== "no") return;
    this.#receiver!.opened(this);
    if (this.#state !== "open") return;
    if (!this.#paused) this.#startReading();
    this.#flushed();
  }
  #sendEarly(): void {
    const early = this.#early;
    this.#early = [];
    this.#earlyBytes = 0;
    for (const bytes of early) this.#put(bytes);
  }

  #send(bytes: Buffer): boolean {
    if (this.#leaving !== "no" || this.#fin !== "no" || this.#state === "closed" || this.#isRefused) return true;
    if (this.#state === "connecting") {
      markLent(bytes);
      this.#early.push(bytes);
      this.#earlyBytes += bytes.length;
    } else this.#put(bytes);
    if (this.#untaken === 0 && this.#earlyBytes === 0) return true;
    this.#isWaiting = true;
    return false;
  }
  #put(bytes: Buffer): void {
    if (this.#isRefused) return;
    const { state, asyncAt, WriteRequest } = this.#binding;
    const request = spare ?? (new WriteRequest() as OwnedRequest);
    spare = null;
    const status = this.#handle.writeBuffer(request, bytes);
    if (status < 0) this.#refused(status);
    else if (state[asyncAt] === 0) spare = request;
    else {
      this.#untaken++;
      markLent(bytes);
      request.bytes = bytes;
      request.transport = this;
      request.oncomplete = HandleTransport.#wrote;
    }
  }
  #taken(status: number): void {
    this.#untaken--;
    if (this.#state === "closed" || this.#leaving === "reset") return;
    if (status < 0) this.#refused(status);
    else if (this.#untaken === 0) {
      this.#finishIfFlushed();
      this.#flushed();
    }
  }
  #flushed(): void {
    if (!this.#isWaiting || this.#untaken > 0 || this.#leaving !== "no" || this.#isRefused) return;
    this.#isWaiting = false;
    this.#receiver!.drained();
  }
  /**
   * Handles a failed write: the peer has reset the connection, perhaps after an answer. The write consumed the reset
   * error, so a later read reports EOF.
   */
  #refused(status: number): void {
    if (this.#isRefused) return;
    this.#isRefused = true;
    this.#error ??= errorOf(status, "write");
    // An answer that came before the failed write is still to be read, once the connection is resumed.
    const mayHaveAnswered = this.#address !== null && !this.#hasEnded && this.#leaving === "no";
    // In a later turn: a writer does not expect `closed` within the write.
    if (!mayHaveAnswered && (this.#paused || this.#hasEnded || this.#leaving === "close"))
      process.nextTick(() => this.#end());
  }

  /** The kernel has taken all bytes written, and no FIN is on the way by a shutdown. */
  get #isFlushed(): boolean {
    return this.#untaken === 0 && this.#earlyBytes === 0 && this.#fin !== "under way";
  }
  #finishIfFlushed(): void {
    if (this.#fin !== "wanted" || this.#untaken > 0 || this.#state !== "open" || this.#leaving === "reset") return;
    if (this.#isRefused) return;
    this.#fin = "under way";
    const request = new this.#binding.ShutdownRequest() as OwnedRequest;
    request.transport = this;
    request.oncomplete = HandleTransport.#finished;
    // ENOTCONN: the connection is gone, and the read side reports that.
    if (this.#handle.shutdown(request) < 0) process.nextTick(() => this.#finSent());
  }
  #finSent(): void {
    this.#fin = "sent";
    if (this.#leaving !== "no" || this.#hasEnded) this.#end();
  }

  #startReading(): void {
    if (this.#isReading || this.#state !== "open" || this.#hasEnded) return;
    this.#isReading = true;
    this.#handle.readStart();
  }
  #stopReading(): void {
    if (!this.#isReading) return;
    this.#isReading = false;
    this.#handle.readStop();
  }
  #onRead(): Buffer | undefined {
    const { state, readAt } = this.#binding;
    const length = state[readAt]!;
    if (length === 0 || this.#state !== "open" || this.#leaving === "reset") return undefined;
    if (length < 0) {
      this.#readNoMore(length);
      return undefined;
    }
    const { bytes } = this.#buffer;
    const next = this.#buffer.after(length);
    if (this.#leaving === "no") this.#receiver!.bytes(bytes, length);
    this.#clock.ringDue();
    return next ?? undefined;
  }
  #readNoMore(status: number): void {
    const isEnd = status === EOF;
    // EOF with an unknown peer may be a reset: the kernel forgets the peer of a reset connection. The kernel also
    // forgets the peer of a connection that both sides have ended; reading again is harmless then.
    if (isEnd && !this.#isLastRead && !this.isPeerThere) {
      this.#isLastRead = true;
      this.#handle.readStart();
      return;
    }
    this.#isReading = false;
    this.#hasEnded = true;
    if (!isEnd) this.#error ??= errorOf(status, "read");
    if (!isEnd || this.#isRefused || this.#fin === "sent") {
      const isClean = isEnd && !this.#isRefused;
      if (isClean && this.#leaving === "no") this.#receiver!.ended();
      this.#end();
    } else if (this.#leaving === "no") this.#receiver!.ended();
  }

  #fail(error: ConnectionError): void {
    this.#error ??= error;
    this.#end();
  }
  /** Closes the handle, once; `closed` is called when the handle has closed. */
  #end(): void {
    if (this.#state === "closed") return;
    const wasOpen = this.#state === "open";
    this.#state = "closed";
    this.#deadlines?.withdraw(this);
    this.#early = [];
    this.#earlyBytes = 0;
    // A refused reset would leave the handle open for good, because Node takes the handle as closed.
    if (this.#leaving === "reset" && wasOpen && this.#fin !== "under way") this.#handle.reset(HandleTransport.#closed);
    else this.#handle.close(HandleTransport.#closed);
  }
  #over(): void {
    this.#buffer.release();
    this.#receiver?.closed(this.#error);
  }

  // === callbacks of all handles and requests
  static readonly #read = function (this: TcpHandle): Buffer | undefined {
    return (this as OwnedHandle).transport.#onRead();
  };
  static readonly #closed = function (this: TcpHandle): void {
    (this as OwnedHandle).transport.#over();
  };
  static readonly #dialled = function (this: HandleRequest, status: number): void {
    (this as OwnedRequest).transport.#connected(status);
  };
  static readonly #wrote = function (this: HandleRequest, status: number): void {
    (this as OwnedRequest).transport.#taken(status);
  };
  static readonly #finished = function (this: HandleRequest): void {
    (this as OwnedRequest).transport.#finSent();
  };
}

/**
 * Spare write request. A write taken whole does not use up the request, and creating a request is half of the write's
 * cost outside the kernel.
 */
let spare: OwnedRequest | null = null;
