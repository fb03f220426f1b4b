/**
 * Room for a halt. A browser opens six sockets to a server over HTTP/1.1, for all of its tabs together, and each tab holds two
 * with its streams: from the fourth tab on, every other request waits for ever.
 */

/** A request that was ended to make room; the server had no part in it. */
export class GaveWayError extends Error {
  override readonly name = "GaveWay";
}
const open = new Set<AbortController>();
const giveWay = () => {
  for (const one of open) one.abort(new GaveWayError("a halt needed its connection"));
};
let channel: BroadcastChannel | null = null;
const tabs = (): BroadcastChannel => {
  if (channel === null) {
    channel = new BroadcastChannel("squall.room");
    channel.onmessage = giveWay;
  }
  return channel;
};

/** Ends by `makeRoom`, of this tab or another one. Answers how to say that it has ended. */
export const givesWay = (request: AbortController): (() => void) => {
  tabs();
  open.add(request);
  return () => {
    open.delete(request);
  };
};
/** Ends what this tab and all others of this server have open, but for halts. Streams begin again by themselves. */
export const makeRoom = (): void => {
  giveWay();
  tabs().postMessage(null);
};
