import type { Handler } from "../context.ts";

export const releaseRun: Handler<"POST /api/v1/runs/:id/release"> = async (
  context,
  { params, body, principal, note },
) => {
  note(body.reason);
  return { released: await context.controlPlane().runs.releaseClaims(params.id, principal) };
};
