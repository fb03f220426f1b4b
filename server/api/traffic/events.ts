/** The traffic as server-sent events, one a second; a client that does not keep up misses some and gets no older ones. */
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
      // One event waits at most: what is old by the time that it is read is of no use.
      if (isDrained) isDrained = stream.push(event);
    },
    end: () => stream.push(null),
  });
  reply.raw.once("close", () => stream.destroy());
  return stream;
};
