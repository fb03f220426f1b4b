/**
 * Turning away: the end of a connection that was accepted beyond its edge's share of descriptors. Node accepts every
 * connection that the kernel has, and cannot leave one waiting there; RST says at once that no answer will come.
 */
import type { Observer } from "../metrics/observer.ts";
import type { Receiver, Transport } from "../transport/transport.ts";

const NO_RECEIVER: Receiver = { opened() {}, bytes() {}, ended() {}, drained() {}, closed() {} };

export const turnAway = (transport: Transport, observer: Observer): Receiver => {
  observer.turnedAway("agent-descriptors");
  transport.reset();
  return NO_RECEIVER;
};
