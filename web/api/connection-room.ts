/**
 * Room for a halt. A browser opens six sockets to a server over HTTP/1.1, for all tabs together, and each tab holds two
 * of these for streams: from the fourth tab on, every other request waits for ever.
 */

/** A request that the browser aborted to make room; the server had no part in the abort. */
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

/**
 * Registers a request that `makeRoom` of this or another tab may abort. Returns a function to call when the request
 * ends.
 */
export const givesWay = (request: AbortController): (() => void) => {
  tabs();
  open.add(request);
  return () => {
    open.delete(request);
  };
};
/**
 * Aborts all open requests of this tab and other tabs of this server, except halts. Streams reconnect by themselves.
 */
export const makeRoom = (): void => {
  giveWay();
  tabs().postMessage(null);
};
