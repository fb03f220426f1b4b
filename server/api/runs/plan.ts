import type { Handler } from "../context.ts";
import { selectionOf } from "./selection.ts";
import { sourceOf } from "./stored.ts";

/** Plans a run without any effect. A missing seed is drawn when the run starts. */
export const planRun: Handler<"POST /api/v1/plan"> = async (context, { body, principal }) => {
  const { seed, mode } = body;
  const { experiment } = await sourceOf(context, body);
  const asked = {
    experiment,
    seed,
    mode,
    select: selectionOf(body.select),
    static: body.static,
    strict: body.strict,
    by: principal,
  };
  const { plan, agents, connections, refusals } = await context.controlPlane().runs.dryRun(asked);
  return { ...plan, agents, connections, refusals };
};
