/**
 * The fast tier: each connection reads into one buffer of its own (`onread`), so that no read allocates.
 * A buffer is small while requests are, and grows when reads fill it.
 */
import { type OnReadOpts, Socket, type SocketConstructorOpts } from "node:net";
import type { Clock } from "../clock.ts";
import { dialSocket } from "./dial.ts";
import { Listeners } from "./listen.ts";
import { SocketTransport } from "./socket.ts";
import type { Transports } from "./transport.ts";

const SMALL = 16 * 1024;
const LARGE = 256 * 1024;
/** Reads that filled the buffer, in a row, before it grows fourfold. */
const FULL_READS = 2;
/** Reads that would have fitted the small buffer, in a row, before a large one is given back. */
const SMALL_READS = 64;

/** `onread` is documented for connects only, `handle` nowhere: the self-test proves that an accepted handle can be moved. */
type ReadOpts = SocketConstructorOpts & { onread: OnReadOpts };
type AdoptOpts = ReadOpts & { handle: unknown; pauseOnCreate: boolean };
type Accepted = { _handle: unknown };

export const onreadTransports = (clock: Clock, listeners = new Listeners()): Transports => ({
  tier: "onread",
  listen: (address, accept) =>
    listeners.listen(address, (accepted) => {
      const transport = new SocketTransport(true);
      transport.attach(adopt(accepted, transport));
      transport.own(accept(transport));
    }),
  dial: (address, receiver, timeoutMs) =>
    dialSocket(
      clock,
      address,
      receiver,
      timeoutMs,
      (transport) => new Socket({ allowHalfOpen: true, onread: readInto(transport) } as ReadOpts),
    ),
});

const adopt = (accepted: Socket, transport: SocketTransport): Socket => {
  const shell = accepted as unknown as Accepted;
  const handle = shell._handle;
  shell._handle = null;
  // An empty shell that stayed would keep the server from ever closing.
  accepted.destroy();
  const options: AdoptOpts = { handle, pauseOnCreate: true, allowHalfOpen: true, onread: readInto(transport) };
  return new Socket(options);
};

const readInto = (transport: SocketTransport): OnReadOpts => {
  let buffer = Buffer.allocUnsafeSlow(SMALL);
  let full = 0;
  let small = 0;
  let afterRead = false;
  /** Node asks for a buffer when it takes up a handle, which must be answered, and after each read, where null keeps the old. */
  const next = (): Buffer | null => {
    if (!afterRead) return buffer;
    afterRead = false;
    if (full >= FULL_READS && buffer.length < LARGE) buffer = Buffer.allocUnsafeSlow(buffer.length * 4);
    else if (small >= SMALL_READS && buffer.length > SMALL) buffer = Buffer.allocUnsafeSlow(SMALL);
    else return null;
    full = 0;
    small = 0;
    return buffer;
  };
  return {
    buffer: next as () => Buffer,
    callback(length, read) {
      afterRead = true;
      full = length === read.length ? full + 1 : 0;
      small = length < SMALL ? small + 1 : 0;
      return transport.arrived(read as Buffer, length);
    },
  };
};
