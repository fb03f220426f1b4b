/**
 * The `onread` tier: `net.Socket` reading into a single buffer for each connection (`onread`), so that no read
 * allocates.
 */
import { type OnReadOpts, Socket, type SocketConstructorOpts } from "node:net";
import type { Clock } from "../clock/clock.ts";
import { dialSocket } from "./dial.ts";
import { Listeners } from "./listen.ts";
import { ReadBuffer } from "./read-buffer.ts";
import { SocketTransport } from "./socket.ts";
import type { Transports } from "./transport.ts";

/**
 * Options beyond Node's documentation: `onread` is documented for connects only, `handle` nowhere. The self-test proves
 * that an accepted handle can be moved to another socket.
 */
type ReadOpts = SocketConstructorOpts & { onread: OnReadOpts };
type AdoptOpts = ReadOpts & { handle: unknown; pauseOnCreate: boolean };
type AcceptedSocket = { _handle: unknown };

export const onreadTransports = (clock: Clock, listeners = new Listeners()): Transports => ({
  tier: "onread",
  listen: (address, accept) =>
    listeners.listen(address, (accepted) => {
      const transport = new SocketTransport(clock, true);
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
  const shell = accepted as unknown as AcceptedSocket;
  const handle = shell._handle;
  shell._handle = null;
  // An empty shell left open would keep the server from ever closing.
  accepted.destroy();
  const options: AdoptOpts = { handle, pauseOnCreate: true, allowHalfOpen: true, onread: readInto(transport) };
  return new Socket(options);
};

const readInto = (transport: SocketTransport): OnReadOpts => {
  const read = new ReadBuffer();
  let another: Buffer | null = null;
  let isAfterRead = false;
  /**
   * Node asks for a buffer twice: on adopting a handle, where an answer is required, and after each read, where null
   * keeps the current buffer.
   */
  const next = (): Buffer | null => {
    if (!isAfterRead) return read.bytes;
    isAfterRead = false;
    return another;
  };
  return {
    buffer: next as () => Buffer,
    callback(length, bytes) {
      isAfterRead = true;
      another = read.after(length);
      return transport.arrived(bytes as Buffer, length);
    },
  };
};
