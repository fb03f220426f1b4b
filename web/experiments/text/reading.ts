/** A text read by the very parser of `squall validate`: the same messages at the same places. Pure. */

import { type Document, readDocuments } from "../../../experiments/model/document/document.ts";
import { byPlace, type FileIssue } from "../../../experiments/model/document/issue.ts";
import { isMistyped, mistyped, noExperiment, writtenName } from "../../../experiments/model/document/kinds.ts";
import { substituteDocument } from "../../../experiments/model/document/variables.ts";
import type { Experiment } from "../../../experiments/model/experiment.ts";
import { meshFitIssues } from "../../../experiments/model/mesh/check.ts";
import type { Mesh } from "../../../experiments/model/mesh/mesh.ts";
import { validateExperiment } from "../../../experiments/model/read/experiment.ts";
import type { Content } from "../../save/use-saving.ts";

export interface Reading {
  /** What is wrong, in the order of the text. */
  readonly problems: readonly FileIssue[];
  /** What is right by itself, and will not work here: the mesh in force is another, a variable has no value. */
  readonly warnings: readonly FileIssue[];
  /** `metadata.name`, where it can be read. */
  readonly name: string | null;
  /** Gives what a server says of it a place; null: there is not one experiment. */
  readonly document: Document | null;
  /** null: something is wrong, or a variable without a value keeps it from being made. */
  readonly experiment: Experiment | null;
  /** As it is stored, variables as they are written; null: something is wrong. */
  readonly content: Content | null;
  /** As it is started without being stored, variables at their defaults; null: it cannot be. */
  readonly runnable: unknown;
  /** It may be explained and planned with it; null: it does not fit, or there is none. */
  readonly mesh: Mesh | null;
}
/** What stands for a file's name in places: nobody sees it. */
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

/** `mesh`: the one in force; null: there is none. */
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
