/** Files of other tools in a folder that was given: passed over with a message, and never taken for Squall's. */
import type { Document } from "../../experiments/model/document/document.ts";
import type { FileIssue } from "../../experiments/model/document/issue.ts";
import { DOCUMENT_KINDS, isMistyped } from "../../experiments/model/document/kinds.ts";
import type { Source } from "./collect.ts";

/** Also in a version that is mistyped, which must not be passed over. */
const OURS = /squall/i;
/** Other tools have kinds of the same names: Argo's Experiment, Kyverno's Policy. */
export const isForeign = (document: Document): boolean => {
  const version = (document.value as { apiVersion?: unknown } | null)?.apiVersion;
  const isElse = typeof version === "string" && !OURS.test(version);
  return isElse || (!DOCUMENT_KINDS.includes(document.kind) && !isMistyped(document));
};
/**
 * Squall's marks in a text that is no YAML: the version or the kind. A compose file may run a Squall image, and is
 * foreign.
 */
const SPEAKS_OF_US = new RegExp(`squall\\.dev|^\\s*"?kind"?\\s*:\\s*["']?(?:${DOCUMENT_KINDS.join("|")})\\b`, "im");
/**
 * A file named directly is never foreign. A text that is no YAML (a chart's template) is foreign unless Squall's marks
 * occur in the text.
 */
export const isForeignSource = (
  { named, text }: Source,
  { documents, problems }: { readonly documents: readonly Document[]; readonly problems: readonly FileIssue[] },
): boolean => !named && (problems.length > 0 ? !SPEAKS_OF_US.test(text) : documents.every(isForeign));

const MOST = 3;
/** null: none was passed over. */
export const passedOver = (files: readonly string[]): string | null => {
  if (files.length === 0) return null;
  const some = files.slice(0, MOST).join(", ");
  const rest = files.length > MOST ? ` and ${files.length - MOST} more` : "";
  return `passed over, without a document of Squall's: ${some}${rest}`;
};
