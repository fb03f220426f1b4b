/** Documents that a server takes, and that cannot work there as things stand: told when they are applied, not at 3 o'clock at night. */

import { readDocuments } from "../../experiments/model/document/document.ts";
import { meshFitIssues } from "../../experiments/model/mesh/check.ts";
import { readExperiment } from "../../experiments/model/read/experiment.ts";
import { readMesh } from "../../experiments/model/read/mesh.ts";
import { type Applicable, pathOf } from "../files/documents.ts";
import { ApiRefusal, allPages, type Client } from "./client.ts";

/** A document of the command, once more with places: what the server fills in is left as it is. */
const documentOf = ({ content, file }: Applicable) => readDocuments(JSON.stringify(content), file).documents[0]!;
const hasVariables = ({ content }: Applicable): boolean => JSON.stringify(content).includes("${");

const OF_THE_EXPERIMENT = new Set(["invalid-experiment", "no-mesh", "exec-not-allowed", "policy-refused"]);
/** What would refuse a start of it now: edges that the mesh lacks, a policy, a command that may not run. */
const refusalsOf = async (client: Client, { content }: Applicable): Promise<readonly string[]> => {
  try {
    const { refusals } = await client.call("POST /api/v1/plan", { body: { experiment: content, mode: "full" } });
    return refusals.map(({ message }) => message);
  } catch (error) {
    // Only what is said of the experiment: no warning is worth a document that is not applied.
    if (!(error instanceof ApiRefusal) || !OF_THE_EXPERIMENT.has(error.error.code)) return [];
    const { message, details } = error.error;
    return details.length > 0 ? details.map((one) => one.message) : [message];
  }
};
/** The mesh comes along: the server's own is not the one that will count. */
const misfitsOf = (experiment: Applicable, mesh: Applicable): readonly string[] => {
  if (hasVariables(mesh)) return [];
  const [read, against] = [readExperiment(documentOf(experiment)), readMesh(documentOf(mesh))];
  if ("problems" in read || "problems" in against) return [];
  return meshFitIssues(read.experiment, against.mesh).map(({ message }) => message);
};

const experimentsOn = async (client: Client): Promise<ReadonlySet<string>> => {
  const pages = await allPages(
    (cursor) =>
      client.call("GET /api/v1/documents", {
        query: { limit: 200, kind: "Experiment" as const, ...(cursor && { cursor }) },
      }),
    ({ documents }) => documents,
  );
  return new Set(pages.map(({ name }) => name));
};
const experimentIn = ({ content }: Applicable): string | null => {
  const { experiment } = (content as { spec?: { experiment?: unknown } }).spec ?? {};
  return typeof experiment === "string" ? experiment : null;
};

/** A sentence each; an experiment whose variables the server fills in is not looked at. */
export const unworkable = async (client: Client, documents: readonly Applicable[]): Promise<readonly string[]> => {
  const told: string[] = [];
  const mesh = documents.find(({ kind }) => kind === "Mesh");
  for (const document of documents.filter((one) => one.kind === "Experiment" && !hasVariables(one))) {
    const why = mesh === undefined ? await refusalsOf(client, document) : misfitsOf(document, mesh);
    told.push(
      ...why.map((message) => `${pathOf(document.kind, document.name)} cannot run as things stand: ${message}`),
    );
  }
  const schedules = documents.filter(({ kind }) => kind === "Schedule");
  if (schedules.length === 0) return told;
  const known = await experimentsOn(client);
  const coming = new Set(documents.flatMap(({ kind, name }) => (kind === "Experiment" ? [name] : [])));
  for (const schedule of schedules) {
    const experiment = experimentIn(schedule);
    if (experiment === null || known.has(experiment) || coming.has(experiment)) continue;
    told.push(
      `${pathOf(schedule.kind, schedule.name)} starts nothing as things stand: there is no experiment ${experiment}, here or on the server`,
    );
  }
  return told;
};
