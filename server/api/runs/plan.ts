import { planExperiment } from "../../../experiments/model/plan.ts";
import { checkExperiment } from "../../runs/submit.ts";
import type { Handler } from "../context.ts";

/** Touches nothing. A seed that is not given is drawn when the run is. */
export const planRun: Handler<"POST /api/v1/plan"> = async (context, { body }) => {
  const { experiment, mesh } = checkExperiment(body.experiment, { ...context, allowExec: true });
  return planExperiment(experiment, mesh, { run: "plan", seed: body.seed ?? experiment.seed ?? 0, mode: body.mode });
};
