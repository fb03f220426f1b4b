/** A text read by the very parser of `squall validate`: the same messages at the same places. Pure. */

import { type Document, readDocuments } from "../../../experiments/model/document/document.ts";
import { byPlace, type FileIssue } from "../../../experiments/model/document/issue.ts";
import { isMistyped, mistyped, noExperiment, writtenName } from "../../../experiments/model/document/kinds.ts";
import { substituteDocument } from "../../../experiments/model/document/variables.ts";
import type { Experiment } from "../../../experiments/model/experiment/experiment.ts";
import { meshFitIssues } from "../../../experiments/model/experiment/mesh-check.ts";
import type { Mesh } from "../../../experiments/model/mesh/mesh.ts";
import { validateExperiment } from "../../../experiments/model/read/experiment.ts";
import type { Content } from "../../save/use-saving.ts";

export interface Reading {
  /** Issues, in the order of the text. */
  readonly problems: readonly FileIssue[];
  /** Valid parts that will not work here: the mesh in force differs, or a variable has no value. */
  readonly warnings: readonly FileIssue[];
  /** Qualified name, where readable. */
  readonly name: string | null;
  /** Parsed document, which locates the server's issues in the text; null: the text has no experiment. */
  readonly document: Document | null;
  /** Experiment; null: the text has issues, or a variable without a value prevents building the experiment. */
  readonly experiment: Experiment | null;
  /** Content to store, with variables unresolved; null: the text has issues. */
  readonly content: Content | null;
  /** Content to start without storing, variables at their defaults; null: the content cannot be started. */
  readonly runnable: unknown;
  /** Mesh for explanation and plan; null: the experiment does not fit the mesh, or no mesh is in force. */
  readonly mesh: Mesh | null;
}
/** Placeholder for the file name in locations, never shown. */
const FILE = "editor";
const NOTHING = { name: null, document: null, experiment: null, content: null, runnable: null, mesh: null };

const several = (documents: readonly Document[]): readonly FileIssue[] =>
  documents.slice(1).map((document) =>
    document.locate({
      path: [],
      message: `one experiment is edited at a time, and this is one more document (${document.kind ?? "of no kind"} ${writtenName(document) ?? "without a name"}): take it out, or \`squall apply -f\` the whole file`,
    }),
  );
const misfits = (document: Document, experiment: Experiment, mesh: Mesh): readonly FileIssue[] =>
  meshFitIssues(experiment, mesh).map((issue) => document.locate(issue));

/** Reads the text of the editor. `mesh`: the mesh in force; null: none. */
export const readText = (text: string, mesh: Mesh | null): Reading => {
  const { documents, problems } = readDocuments(text, FILE);
  const wrong = [...problems, ...documents.filter(isMistyped).map(mistyped)];
  const document = documents.find(({ kind }) => kind === "Experiment");
  if (document === undefined) {
    const told = wrong.length > 0 ? wrong : [noExperiment(FILE, text)];
    return { ...NOTHING, problems: told.sort(byPlace), warnings: [] };
  }
  const others = several([document, ...documents.filter((one) => one !== document && !isMistyped(one))]);
  const { experiment, problems: own } = validateExperiment(document);
  const told = [...wrong, ...others, ...own].sort(byPlace);
  const { value, problems: unset } = substituteDocument(document, {});
  const unfit = experiment === null || mesh === null ? [] : misfits(document, experiment, mesh);
  const sound = told.length === 0;
  return {
    problems: told,
    warnings: sound ? [...unset, ...unfit].sort(byPlace) : [],
    name: writtenName(document),
    document,
    experiment: sound ? experiment : null,
    content: sound ? (document.value as Content) : null,
    runnable: sound && unset.length === 0 ? value.value : null,
    mesh: unfit.length === 0 ? mesh : null,
  };
};
