/**
 * The `data` tier: documented 'data' events only. Slower, because each read allocates; correct wherever the fast tier
 * does not work.
 */
import { Socket } from "node:net";
import type { Clock } from "../clock/clock.ts";
import { dialSocket } from "./dial.ts";
import { Listeners } from "./listen.ts";
import { SocketTransport } from "./socket.ts";
import type { Transports } from "./transport.ts";

export const dataTransports = (clock: Clock, listeners = new Listeners()): Transports => ({
  tier: "data",
  listen: (address, accept) =>
    listeners.listen(address, (accepted) => {
      const transport = new SocketTransport(clock, true);
      transport.attach(readBy(accepted, transport));
      transport.own(accept(transport));
    }),
  dial: (address, receiver, timeoutMs) =>
    dialSocket(clock, address, receiver, timeoutMs, (transport) =>
      readBy(new Socket({ allowHalfOpen: true }), transport),
    ),
});

/**
 * Accepted sockets come explicitly paused, and a 'data' listener leaves that state alone; dialled sockets begin to
 * flow.
 */
const readBy = (socket: Socket, transport: SocketTransport): Socket =>
  socket.on("data", (bytes: Buffer) => transport.arrived(bytes, bytes.length));
