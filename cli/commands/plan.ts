/**
 * `squall plan`: shows the steps of a run, resolved against the mesh, and by a server against the agents. Touches no
 * traffic.
 */

import { explainExperiment } from "../../experiments/model/explain/experiment.ts";
import { sayImpactIn } from "../../experiments/model/explain/impact.ts";
import { asRunId } from "../../experiments/model/names.ts";
import { planExperiment } from "../../experiments/model/plan/plan-experiment.ts";
import { spellCount } from "../../experiments/model/text/words.ts";
import { EXIT } from "../../experiments/model/verdict/exit-code.ts";
import { SCHEMA_VERSION } from "../../experiments/report/json.ts";
import type { PlanReply } from "../../server/contract/index.ts";
import { agentName } from "../../server/keeper/agent-argv.ts";
import type { Command } from "../context.ts";
import type { LoadedExperiment } from "../files/load.ts";
import { readSelect, type Select } from "../files/select.ts";
import { type Planned, planText } from "../report/plan.ts";
import type { Client } from "../session/client.ts";
import { openTarget, type ServerOptions, targetOfFlags } from "../session/target.ts";
import { type FormOptions, formOf, showDocument } from "../terminal/forms.ts";
import { type FileOptions, meshOfServer, problemText, readExperiments } from "./options.ts";

export interface PlanOptions extends FileOptions, ServerOptions, FormOptions {
  readonly seed?: number;
  readonly select?: readonly string[];
}
const WARNING = "Warning:";

const askServer = (
  client: Client,
  { document, experiment }: LoadedExperiment,
  seed: number | undefined,
  select: Select,
) =>
  client.call("POST /api/v1/plan", {
    body: { experiment: document.value, seed: seed ?? experiment.seed, mode: "full", select },
  });

const planOf = (
  { file, experiment, mesh: { mesh } }: LoadedExperiment,
  seed: number | undefined,
  reply: PlanReply | null,
): Planned => {
  const drawn = seed ?? experiment.seed ?? 0;
  const plan = reply ?? planExperiment(experiment, mesh, { run: asRunId("plan"), seed: drawn, mode: "full" });
  const edges = mesh.edges.map(({ id, listen }) => ({
    ...{ edge: id, listen, agent: agentName(mesh) },
    faults: plan.faults.filter(({ targets }) => targets.some(({ edge }) => edge === id)).map(({ name }) => name),
  }));
  const warnings = explainExperiment(experiment, mesh).filter((line) => line.startsWith(WARNING));
  const impact = sayImpactIn(plan, mesh);
  return { file, plan, impact, edges: edges.filter(({ faults }) => faults.length > 0), warnings, server: reply };
};

export const plan: Command<PlanOptions, [files: readonly string[]]> = async (context, options, files) => {
  const { output } = context;
  const select = readSelect(options.select ?? []);
  const target = await targetOfFlags(context, options);
  const client = target === null ? null : openTarget(context, target);
  const mesh = client === null ? undefined : await meshOfServer(client, target!.name);
  const reading = await readExperiments(context, files, { ...options, allowExec: true }, mesh);
  if (reading.problems.length > 0) {
    output.err(problemText(reading.problems, output.paint.coloured));
    output.err(
      `${spellCount(reading.problems.length, "problem")} in ${spellCount(reading.failed.length, "experiment")}`,
    );
    return EXIT.INVALID;
  }
  const planned: Planned[] = [];
  for (const loaded of reading.loaded) {
    const reply = client === null ? null : await askServer(client, loaded, options.seed, select);
    planned.push(planOf(loaded, options.seed, reply));
  }
  await showDocument(output, formOf(options), {
    document: { schemaVersion: SCHEMA_VERSION, plans: planned },
    names: planned.map(({ file }) => file),
    text() {
      for (const one of planned) output.out(planText(one, output));
    },
  });
  return 0;
};
