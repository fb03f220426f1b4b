import type { Socket } from "node:net";
import type { Clock } from "../clock/clock.ts";
import { SocketTransport } from "./socket.ts";
import type { Address, Receiver, Transport } from "./transport.ts";

/** `make` creates the tier's kind of socket for a transport. */
export const dialSocket = (
  clock: Clock,
  { host, port }: Address,
  receiver: Receiver,
  timeoutMs: number,
  make: (transport: SocketTransport) => Socket,
): Transport => {
  const transport = new SocketTransport(clock, false);
  const socket = make(transport);
  transport.attach(socket);
  transport.own(receiver);
  const alarm = clock.wake(clock.nowMs() + timeoutMs, () => {
    transport.fail({ code: "timeout", message: `no connection to ${host}:${port} within ${timeoutMs} ms` });
    socket.destroy();
  });
  socket.once("close", () => alarm.cancel());
  socket.once("connect", () => {
    alarm.cancel();
    transport.opened();
  });
  try {
    socket.connect({ host, port, noDelay: true });
  } catch (error) {
    // Node throws at once for an impossible port; the receiver learns of every failure in the same way, by `closed`.
    socket.destroy(error as Error);
  }
  return transport;
};
