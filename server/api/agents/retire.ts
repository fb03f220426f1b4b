import { ApiError } from "../../errors.ts";
import type { Handler } from "../context.ts";

export const retireAgent: Handler<"DELETE /api/v1/agents/:instance"> = async (
  { controlPlane, log },
  { params, principal },
) => {
  const { instance } = params;
  const outcome = controlPlane().fleet.retire(instance);
  if (outcome === "unknown") throw new ApiError("no-such-agent", `this server knows no agent ${instance}`);
  if (outcome === "connected")
    throw new ApiError("in-use", `${instance} is connected: end it first, or revoke the token that it came with`);
  log.info("an agent was retired", { agent: instance, by: principal.name });
  return { instance };
};
