/** Reads an applied document by kind; reports every problem of the document, and stores no part. */

import type { Issue } from "../../../experiments/model/document/issue.ts";
import type { Mesh } from "../../../experiments/model/mesh/mesh.ts";
import type { DocumentName } from "../../../experiments/model/names.ts";
import { DEFAULT_NAMESPACE, splitDocumentName } from "../../../experiments/model/notation/document-name.ts";
import { parseExperiment } from "../../../experiments/model/read/experiment.ts";
import { parsePolicy } from "../../../experiments/model/read/policy.ts";
import { parseSchedule } from "../../../experiments/model/read/schedule.ts";
import type { Kind } from "../../contract/index.ts";
import { ApiError } from "../../errors.ts";
import { meshOfDocument } from "../../meshes/mesh-document.ts";
import { expandStored } from "../../security/expand-variables.ts";
import type { Context } from "../context.ts";

interface DocumentText {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string | undefined };
}
type Environment = NonNullable<Context["config"]["environment"]>;
/** Problems, or the part of the document that applying needs. */
type CheckedDocument = { readonly problems: readonly Issue[] } | { readonly mesh: Mesh | null };

const plainly =
  (parse: (value: unknown) => { readonly problems: readonly Issue[] } | object) =>
  (content: unknown, environment: Environment): CheckedDocument => {
    const expanded = expandStored(content, environment);
    if ("problems" in expanded) return expanded;
    const read = parse(expanded.value);
    return "problems" in read ? read : { mesh: null };
  };
const READERS: { readonly [K in Kind]: (content: unknown, environment: Environment) => CheckedDocument } = {
  Mesh: meshOfDocument,
  Experiment: plainly(parseExperiment),
  Schedule: plainly(parseSchedule),
  Policy: plainly(parsePolicy),
};

export const refuse = (kind: Kind, name: string, problems: readonly Issue[]): ApiError => {
  const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : "";
  return new ApiError("invalid-document", `${kind} ${name}: ${problems[0]!.message}${more}`, problems);
};
/** Issues of the parts of the name that differ from the request's. */
const misnamings = (written: DocumentText["metadata"], name: DocumentName): readonly Issue[] => {
  const expected = splitDocumentName(name);
  const namespace = written.namespace ?? DEFAULT_NAMESPACE;
  return [
    ...(namespace === expected.namespace ? [] : [misnamed("metadata.namespace", namespace, expected.namespace)]),
    ...(written.name === expected.name ? [] : [misnamed("metadata.name", written.name, expected.name)]),
  ];
};
const misnamed = (key: string, said: string, expected: string): Issue => ({
  path: key.split("."),
  message: `the request says ${JSON.stringify(expected)}, the document ${JSON.stringify(said)}`,
});

/** Returns the mesh of a Mesh document, null for the other kinds. Throws ApiError `invalid-document`. */
export const checkDocument = (
  { config }: Context,
  { kind, name }: { readonly kind: Kind; readonly name: DocumentName },
  document: DocumentText,
): Mesh | null => {
  const misfits = [
    ...(document.kind === kind ? [] : [misnamed("kind", document.kind, kind)]),
    ...misnamings(document.metadata, name),
  ];
  if (misfits.length > 0) throw refuse(kind, name, misfits);
  const read = READERS[kind](document, config.environment ?? {});
  if ("problems" in read) throw refuse(kind, name, read.problems);
  return read.mesh;
};
