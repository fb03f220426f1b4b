/** Reads files into documents that a server can hold: every problem of every file at once, and no partial result. */

import { type Document, readDocuments } from "../../experiments/model/document/document.ts";
import type { FileIssue } from "../../experiments/model/document/issue.ts";
import { isMistyped, mistyped, noExperiment } from "../../experiments/model/document/kinds.ts";
import { substituteDocument } from "../../experiments/model/document/variables.ts";
import type { DocumentName } from "../../experiments/model/names.ts";
import { DEFAULT_NAMESPACE, nameInMetadata } from "../../experiments/model/notation/document-name.ts";
import { validateExperiment } from "../../experiments/model/read/experiment.ts";
import { validateMesh } from "../../experiments/model/read/mesh.ts";
import type { Kind } from "../../server/contract/index.ts";
import { usage } from "../exit.ts";
import type { Source } from "./collect.ts";
import { isForeign, isForeignSource } from "./foreign.ts";
import type { Variables } from "./variables.ts";

/** Kinds in the order of applying: a schedule names an experiment, and an experiment names edges of the mesh. */
export const KINDS: readonly Kind[] = ["Mesh", "Policy", "Experiment", "Schedule"];

/** `experiments`, `Experiment` → `Experiment`. */
export const kindOf = (text: string): Kind => {
  const wanted = text.toLowerCase();
  const found = KINDS.find((kind) => [kind.toLowerCase(), pluralOf(kind)].includes(wanted));
  if (found === undefined) throw usage(`kind ${text}: expected mesh, experiment, schedule or policy`);
  return found;
};
const PLURALS: Readonly<Record<Kind, string>> = {
  Mesh: "meshes",
  Policy: "policies",
  Experiment: "experiments",
  Schedule: "schedules",
};
export const pluralOf = (kind: Kind): string => PLURALS[kind];
/**
 * `experiment/checkout-survives-slow-payments`: a document's name in `-o name` and in every line about the document.
 */
export const pathOf = (kind: string, name: string): string => `${kind.toLowerCase()}/${name}`;

export interface Applicable {
  readonly kind: Kind;
  /** Qualified name. */
  readonly name: DocumentName;
  readonly file: string;
  /** Document in file form; a variable that --set or --vars did not give is still a variable. */
  readonly content: {
    readonly kind: string;
    readonly metadata: { readonly name: string; readonly namespace?: string };
  };
}
/**
 * Checks of each kind. Some modules are loaded only with the first file of that kind: cron and time zones cost more
 * startup time than a mesh does.
 */
const CHECKS: { readonly [K in Kind]: (document: Document) => Promise<readonly FileIssue[]> } = {
  Mesh: async (document) => validateMesh(document).problems,
  Experiment: async (document) => validateExperiment(document).problems,
  Policy: async (document) => problemsOf((await import("../../experiments/model/read/policy.ts")).readPolicy(document)),
  Schedule: async (document) =>
    problemsOf((await import("../../experiments/model/read/schedule.ts")).readSchedule(document)),
};
const problemsOf = (read: object): readonly FileIssue[] =>
  "problems" in read ? (read.problems as readonly FileIssue[]) : [];

/** Problems of a Squall document of any kind. */
export const checkDocument = (document: Document): Promise<readonly FileIssue[]> =>
  CHECKS[document.kind as Kind](document);
export const isOurs = ({ kind }: Document): boolean => KINDS.includes(kind as Kind);

export const nothingOurs = (source: Source): FileIssue => ({
  ...noExperiment(source.file, source.text),
  message: "expected a document of kind Mesh, Experiment, Schedule or Policy, and there is none in this file",
});

type One = { readonly applicable: Applicable } | { readonly problems: readonly FileIssue[] };
const readOne = async (written: Document, variables: Variables, namespace: string | undefined): Promise<One> => {
  const { value: document, problems: malformed } = substituteDocument(written, variables, { partial: true });
  const problems = [...malformed, ...(await checkDocument(document))];
  if (problems.length > 0) return { problems };
  const content = withNamespace(document.value as Applicable["content"], namespace);
  if (namespace !== undefined && (content.metadata.namespace ?? DEFAULT_NAMESPACE) !== namespace)
    return { problems: [contradiction(document, content.metadata.namespace!, namespace)] };
  const name = nameInMetadata(content.metadata);
  return { applicable: { kind: document.kind as Kind, name, file: written.file, content } };
};
/** Content with the namespace of the command line, where the document names none. */
const withNamespace = (content: Applicable["content"], namespace: string | undefined): Applicable["content"] =>
  namespace === undefined || namespace === DEFAULT_NAMESPACE || content.metadata.namespace !== undefined
    ? content
    : { ...content, metadata: { ...content.metadata, namespace } };
const contradiction = (document: Document, written: string, namespace: string): FileIssue =>
  document.locate({
    path: ["metadata", "namespace"],
    message: `the document names the namespace ${written}, the command line ${namespace}: leave one of them out`,
  });

const twice = (document: Document, first: string): FileIssue =>
  document.locate({ path: ["metadata", "name"], message: `the same document stands in ${first} already` });

export interface Applicables {
  readonly documents: readonly Applicable[];
  readonly problems: readonly FileIssue[];
  /** Files of other tools in folders and globs. */
  readonly foreign: readonly string[];
}
/**
 * Selects Squall's files where a folder of manifests mixes several tools; a file named directly must hold a Squall
 * document. `namespace`: of documents that name none; a document that names another has a problem.
 */
export const readApplicables = async (
  sources: readonly Source[],
  variables: Variables,
  namespace?: string,
): Promise<Applicables> => {
  const found = new Map<string, Applicable>();
  const problems: FileIssue[] = [];
  const foreign: string[] = [];
  for (const source of sources) {
    const read = readDocuments(source.text, source.file);
    if (isForeignSource(source, read)) {
      foreign.push(source.file);
      continue;
    }
    problems.push(...read.problems, ...read.documents.filter(isMistyped).map(mistyped));
    const ours = read.documents.filter((document) => isOurs(document) && (source.named || !isForeign(document)));
    if (source.named && ours.length === 0 && read.problems.length === 0 && !read.documents.some(isMistyped))
      problems.push(nothingOurs(source));
    for (const document of ours) {
      const one = await readOne(document, variables, namespace);
      if ("problems" in one) {
        problems.push(...one.problems);
        continue;
      }
      const key = pathOf(document.kind!, one.applicable.name);
      const before = found.get(key);
      if (before !== undefined) problems.push(twice(document, before.file));
      else found.set(key, one.applicable);
    }
  }
  const documents = [...found.values()].sort((a, b) => KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind));
  return { documents, problems, foreign };
};
