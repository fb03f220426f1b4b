import { createServer, type Socket } from "node:net";
import type { Address, Listener } from "./transport.ts";

const BACKLOG = 4096;

/** Rejects when the address cannot be had (in use, not ours, forbidden). Sockets are handed over paused. */
export const listenOn = (address: Address, accepted: (socket: Socket) => void): Promise<Listener> =>
  new Promise((resolve, reject) => {
    const server = createServer({ noDelay: true, allowHalfOpen: true, pauseOnConnect: true }, accepted);
    server.once("error", reject);
    server.listen({ host: address.host, port: address.port, backlog: BACKLOG }, () => {
      server.off("error", reject);
      // A failed accept (no descriptors left) concerns one caller; the listener stays.
      server.on("error", () => {});
      const bound = server.address() as { address: string; port: number };
      resolve({
        address: { host: bound.address, port: bound.port },
        async close() {
          // The port is free at once; waiting for open connections is not the listener's business.
          server.close();
        },
      });
    });
  });
