import { ApiError } from "../../errors.ts";
import type { Handler } from "../context.ts";
import { isoOrNull } from "../times.ts";

/**
 * Exchanges a join token. The new credential has the join token's rights, for a single instance: no agent gains rights.
 */
export const joinAgent: Handler<"POST /api/v1/agents/join"> = async (
  { tokens, controlPlane },
  { body, credential, note },
) => {
  const { principal, binding } = credential;
  if (binding.instance !== null && binding.instance !== body.instance)
    throw new ApiError("forbidden", `${principal.name} is bound to the instance ${JSON.stringify(binding.instance)}`);
  const { instance } = body;
  note(instance);
  const joinedWith = principal.token;
  const isUsed = (id: string) => controlPlane().fleet.hasBootsOf(id);
  if (joinedWith !== null && !(await tokens.makeRoomToJoin(joinedWith, instance, isUsed)))
    throw new ApiError(
      "too-many-streams",
      `${instance} has as many credentials of ${principal.name} in use as one may`,
    );
  const { row, secret } = await tokens.create({
    ...{ name: `${principal.name}/${instance}`, role: "agent", by: principal, expiresMs: null },
    ...{ service: binding.service, edges: binding.edges, instance, joinedWith },
  });
  const { id, expires_ms } = row;
  const { service, edges } = binding;
  return { id, token: secret, instance, service, edges, expiresAt: isoOrNull(expires_ms) };
};
