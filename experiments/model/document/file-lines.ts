/**
 * Lines of an experiment's file that a report points at. The lines are recorded when a run starts, since only the
 * command that read the file knows the text, and later the file may have changed.
 */
import type { Document } from "./document.ts";

export interface FileLines {
  /** Line of the experiment's name, from 1, like all lines here. */
  readonly name: number;
  /** Line of each expectation, in the order of the file. */
  readonly expectations: readonly number[];
}
const hypothesisOf = ({ value }: Pick<Document, "value">): readonly unknown[] => {
  const { spec } = value as { readonly spec?: { readonly hypothesis?: unknown } };
  return Array.isArray(spec?.hypothesis) ? spec.hypothesis : [];
};
export const fileLinesOf = (document: Pick<Document, "value" | "locate">): FileLines => {
  const lineAt = (path: readonly (string | number)[]): number => document.locate({ path, message: "" }).line;
  return {
    name: lineAt(["metadata", "name"]),
    expectations: hypothesisOf(document).map((_, i) => lineAt(["spec", "hypothesis", i, "name"])),
  };
};
/** The first broken expectation's line; else that of the experiment's name. */
export const lineOf = (
  { name, expectations: lines }: FileLines,
  expectations: readonly { readonly met: boolean | null }[],
): number => lines[expectations.findIndex(({ met }) => met === false)] ?? name;
