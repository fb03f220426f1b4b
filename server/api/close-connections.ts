import type { Socket } from "node:net";
import type { FastifyInstance } from "fastify";
import type { Clock } from "../clock.ts";

const GRACE_MS = 250;
/**
 * Lets answers under way finish within 250 ms, then closes every connection. A refused upgrade leaves a socket that the
 * HTTP server counts as open and cannot close any more: without this, a single stray client would keep the server from
 * ever closing.
 */
export const closeConnections = (app: FastifyInstance, clock: Clock): void => {
  const sockets = new Set<Socket>();
  app.server.on("connection", (socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  app.addHook("preClose", async () => {
    clock.wake(clock.nowMs() + GRACE_MS, () => {
      for (const socket of sockets) socket.destroy();
    });
  });
};
