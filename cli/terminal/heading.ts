import { terminal } from "../../experiments/report/escape/terminal.ts";
import type { Paint } from "../../experiments/report/terminal/paint.ts";
import { clip, widthOf } from "../../experiments/report/terminal/width.ts";

/** A name with a note beside it; the note goes below where both do not fit into a line. */
export const heading = (
  name: string,
  beside: string,
  { width, paint }: { readonly width: number; readonly paint: Paint },
): string[] => {
  const [title, note] = [terminal(name), terminal(beside)];
  if (widthOf(title) + 2 + widthOf(note) <= width) return [`${paint.bold(title)}${paint.dim(`  ${note}`)}`];
  return [paint.bold(clip(title, width)), paint.dim(clip(`  ${note}`, width))];
};
