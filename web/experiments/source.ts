/** Source of a run: a stored version, or the current text. Pure. */
import type { FullDocument } from "../../server/contract/index.ts";
import type { Reading } from "./text/reading.ts";

export type Source =
  | { readonly stored: { readonly name: string; readonly version: number } }
  | { readonly experiment: unknown };

export const storedSource = ({ name, version }: Pick<FullDocument, "name" | "version">): Source => ({
  stored: { name, version },
});
/** Source from the text; null: the text has an issue, or a variable has no value. */
export const textSource = ({ runnable }: Reading): Source | null =>
  runnable === null ? null : { experiment: runnable };
