/**
 * Documents that a server accepts, and that cannot work there in the present state: reported when applied, not at 3
 * o'clock at night.
 */
import { readDocuments } from "../../experiments/model/document/document.ts";
import { substitute } from "../../experiments/model/document/variables.ts";
import { meshFitIssues } from "../../experiments/model/experiment/mesh-check.ts";
import type { DocumentName } from "../../experiments/model/names.ts";
import { resolveDocumentName, splitDocumentName } from "../../experiments/model/notation/document-name.ts";
import { readExperiment } from "../../experiments/model/read/experiment.ts";
import { readMesh } from "../../experiments/model/read/mesh.ts";
import { type Applicable, pathOf } from "../files/documents.ts";
import { ApiError, allPages, type Client } from "./client.ts";

/** `Warning`: cannot work. `Note`: not judged, and why. */
export interface Judgement {
  readonly word: "Warning" | "Note";
  readonly text: string;
}
const warning = (text: string): Judgement => ({ word: "Warning", text });
const note = (text: string): Judgement => ({ word: "Note", text });

/** A document with variables replaced by defaults; given values are already filled in. */
interface Filled extends Applicable {
  /** Names of variables that the server alone can fill in. */
  readonly unset: readonly string[];
  readonly hasDefaults: boolean;
}
const filledOf = (document: Applicable): Filled => {
  const { value, unsetNames } = substitute(document.content, {});
  const content = value as Applicable["content"];
  const hasDefaults = JSON.stringify(document.content).replaceAll("$${", "").includes("${");
  return { ...document, content, unset: unsetNames, hasDefaults };
};
/** A document of the command, once more with places. */
const documentOf = ({ content, file }: Applicable) => readDocuments(JSON.stringify(content), file).documents[0]!;

const OF_THE_EXPERIMENT = new Set(["invalid-experiment", "no-mesh", "exec-not-allowed", "policy-refused"]);
/** Reasons why the server would refuse a start now: edges that the mesh lacks, a policy, a command that may not run. */
const refusalsOf = async (client: Client, { content }: Applicable): Promise<readonly string[]> => {
  try {
    const { refusals } = await client.call("POST /api/v1/plan", { body: { experiment: content, mode: "full" } });
    return refusals.map(({ message }) => message);
  } catch (error) {
    // Only errors about the experiment count: a failed check must not stop the apply.
    if (!(error instanceof ApiError) || !OF_THE_EXPERIMENT.has(error.error.code)) return [];
    const { message, details } = error.error;
    return details.length > 0 ? details.map((one) => one.message) : [message];
  }
};
/** Checked against the mesh of the same command: the server's present mesh will be replaced. */
const misfitsOf = (experiment: Applicable, mesh: Applicable): readonly string[] => {
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
const experimentIn = ({ content, name }: Applicable): DocumentName | null => {
  const { experiment } = (content as { spec?: { experiment?: unknown } }).spec ?? {};
  return typeof experiment === "string" ? resolveDocumentName(experiment, splitDocumentName(name).namespace) : null;
};

/** Reason why a document cannot be judged; null: judged. */
const whyUnjudged = ({ kind, name, unset }: Filled): string | null =>
  unset.length === 0
    ? null
    : `${pathOf(kind, name)} has no value for ${unset.join(", ")}, which the server has to fill in; judge it by --set ${unset[0]}=VALUE or a default`;

/** Experiments are judged with the variables' defaults: a server's own values may differ. */
export const unworkable = async (client: Client, documents: readonly Applicable[]): Promise<readonly Judgement[]> => {
  const told: Judgement[] = [];
  const given = documents.find(({ kind }) => kind === "Mesh");
  const mesh = given === undefined ? null : filledOf(given);
  const meshUnjudged = mesh === null ? null : whyUnjudged(mesh);
  const experiments = documents.filter(({ kind }) => kind === "Experiment").map(filledOf);
  if (meshUnjudged !== null && experiments.length > 0) told.push(note(`not judged against the mesh: ${meshUnjudged}`));
  for (const document of experiments) {
    const unjudged = whyUnjudged(document);
    if (unjudged !== null) told.push(note(`not judged: ${unjudged}`));
    if (unjudged !== null || meshUnjudged !== null) continue;
    const why = mesh === null ? await refusalsOf(client, document) : misfitsOf(document, mesh);
    const when = document.hasDefaults ? "with the defaults of its variables" : "as things stand";
    told.push(
      ...why.map((message) => warning(`${pathOf(document.kind, document.name)} cannot run ${when}: ${message}`)),
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
      warning(
        `${pathOf(schedule.kind, schedule.name)} starts nothing as things stand: there is no experiment ${experiment}, here or on the server`,
      ),
    );
  }
  return told;
};
