/** The traffic as server-sent events, once a second; a slow client misses events and gets no older ones. */
import { Readable } from "node:stream";
import type { Handler } from "../context.ts";

export const streamTraffic: Handler<"GET /api/v1/traffic/events"> = async ({ controlPlane }, { reply }) => {
  const { traffic } = controlPlane();
  let isDrained = true;
  const stream = new Readable({
    read() {
      isDrained = true;
    },
    destroy(error, done) {
      leave();
      done(error);
    },
  });
  const leave = traffic.subscribe({
    take: (event) => {
      // A single event waits at most: an event that is old by the time of reading has no use.
      if (isDrained) isDrained = stream.push(event);
    },
    end: () => stream.push(null),
  });
  reply.raw.once("close", () => stream.destroy());
  return stream;
};
