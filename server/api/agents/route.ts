/**
 * The agents' connections: accepted by the leader, closed by all other servers, and closed when a credential is
 * revoked.
 */
import type { FastifyInstance, FastifyRequest } from "fastify";
import type { WebSocket } from "ws";
import { CLOSED } from "../../../agent/contract/index.ts";
import { ApiError } from "../../errors.ts";
import { type CredentialHolder, holderOf, maxBoots } from "../../fleet/boot-owners.ts";
import type { RateLimitedLog } from "../../rate-limited-log.ts";
import type { Context } from "../context.ts";
import { AGENT_PATH, type AgentSocketDeps, serveAgent } from "./socket.ts";
import { TimeSlice } from "./time-slice.ts";

const RETRY_AFTER_S = 10;

const fleetOf =
  (controlPlane: Context["controlPlane"]): AgentSocketDeps["fleet"] =>
  () => {
    try {
      return controlPlane().fleet;
    } catch (error) {
      if (error instanceof ApiError) return { leader: error.headers["squall-leader"] ?? null };
      throw error;
    }
  };

/** Limits connections for each credential, including connections without a hello yet. */
const checkRoom = (sockets: ReadonlyMap<WebSocket, string>, holder: CredentialHolder): void => {
  const [own, most] = [[...sockets.values()].filter((one) => one === holder.credential).length, maxBoots(holder)];
  if (own < most) return;
  const message = `this credential has ${own} connections open, which is the most of one`;
  throw new ApiError("too-many-streams", message, [], { "retry-after": String(RETRY_AFTER_S) });
};

export const serveAgents = (
  app: FastifyInstance,
  { clock, tokens, controlPlane }: Pick<Context, "clock" | "tokens" | "controlPlane">,
  log: RateLimitedLog,
): void => {
  const turns = new TimeSlice(clock);
  const sockets = new Map<WebSocket, string>();
  const fleet = fleetOf(controlPlane);
  tokens.onRevoked((id) => {
    const led = fleet();
    if (!("leader" in led)) led.revokeCredential(id);
    for (const [socket, token] of sockets) if (token === id) socket.close(CLOSED.impostor, "its token was revoked");
  });
  const preValidation = async ({ credential }: FastifyRequest) => checkRoom(sockets, holderOf(credential!));
  app.get(AGENT_PATH, { websocket: true, config: { access: "agent" }, preValidation }, (socket, { credential }) => {
    const holder = holderOf(credential!);
    sockets.set(socket, holder.credential);
    socket.once("close", () => sockets.delete(socket));
    serveAgent(socket, { clock, log, turns, fleet, holder });
  });
};
