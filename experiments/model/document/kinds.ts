/** Kind of a document, and the issues for a document of an unexpected kind. */
import type { DocumentName } from "../names.ts";
import { nameInMetadata } from "../notation/document-name.ts";
import type { Document } from "./document.ts";
import { type FileIssue, quote } from "./issue.ts";
import { nearest } from "./suggestion.ts";

export const DOCUMENT_KINDS: readonly (string | null)[] = ["Experiment", "Mesh", "Schedule", "Policy"];
/** True: a Squall document under a kind that does not exist. Skipping the document would silently skip a test. */
export const isMistyped = ({ kind, value }: Document): boolean =>
  !DOCUMENT_KINDS.includes(kind) &&
  String((value as { apiVersion?: unknown } | null)?.apiVersion).startsWith("squall.dev/");
export const mistyped = (document: Document): FileIssue => {
  const issue = {
    path: ["kind"],
    message: `expected the kind Experiment, Mesh, Schedule or Policy, got ${quote(document.kind ?? undefined)}`,
  };
  const kinds = DOCUMENT_KINDS.filter((kind) => kind !== null);
  const suggestion =
    document.kind === null
      ? undefined
      : (nearest(document.kind, kinds) ?? kinds.find((kind) => document.kind!.endsWith(kind)));
  return document.locate(suggestion === undefined ? issue : { ...issue, suggestion });
};
/** Issue for a text without an experiment. */
export const noExperiment = (file: string, text: string): FileIssue => ({
  ...{ file, line: 1, column: 1, path: ["kind"], excerpt: text.split("\n", 1)[0] ?? "" },
  message: "expected a document of kind Experiment, and there is none in this file",
});
/** Qualified name, where name and namespace can be read. */
export const writtenName = ({ value }: Document): DocumentName | null => {
  const { name, namespace } = (value as { metadata?: { name?: unknown; namespace?: unknown } } | null)?.metadata ?? {};
  return typeof name === "string" ? nameInMetadata({ name, namespace }) : null;
};
