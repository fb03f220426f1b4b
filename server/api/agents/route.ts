/** The agents' connections: taken by the server that leads, closed by all others, and closed when a credential is revoked. */
import type { FastifyInstance } from "fastify";
import type { WebSocket } from "ws";
import { CLOSED } from "../../../agent/contract/index.ts";
import type { Context } from "../context.ts";
import { Refusal } from "../errors.ts";
import { AGENT_PATH, type AgentsDoor, serveAgent } from "./socket.ts";

const fleetOf =
  (term: Context["term"]): AgentsDoor["fleet"] =>
  () => {
    try {
      return term().fleet;
    } catch (error) {
      if (error instanceof Refusal) return { leader: error.headers["squall-leader"] ?? null };
      throw error;
    }
  };

export const serveAgents = (app: FastifyInstance, { clock, log, tokens, term }: Context): void => {
  const sockets = new Map<WebSocket, string>();
  tokens.onRevoked((id) => {
    for (const [socket, token] of sockets) if (token === id) socket.close(CLOSED.impostor, "its token was revoked");
  });
  const fleet = fleetOf(term);
  app.get(AGENT_PATH, { websocket: true, config: { access: "agent" } }, (socket, request) => {
    const { principal, binding } = request.credential!;
    if (principal.token !== null) {
      sockets.set(socket, principal.token);
      socket.once("close", () => sockets.delete(socket));
    }
    serveAgent(socket, { clock, log, fleet, binding });
  });
};
