import type { Paint } from "./paint.ts";
import { clip, pad, widthOf } from "./width.ts";

export interface Column {
  readonly title: string;
  readonly side?: "left" | "right";
  /** May be cut to make the table fit; the others keep their width. A column of 2 is left twice as wide as a column of 1. */
  readonly elastic?: number;
}
export interface Cell {
  readonly text: string;
  readonly paint?: (text: string) => string;
}
const GAP = 2;
const LEAST = 8;

/** Takes columns away from the elastic column that is widest for its weight, one at a time, until the table fits. */
const widthsIn = (natural: readonly number[], weights: readonly number[], room: number): number[] => {
  const widths = [...natural];
  const total = () => widths.reduce((sum, width) => sum + width, 0) + GAP * (widths.length - 1);
  while (total() > room) {
    let widest = -1;
    for (const [index, width] of widths.entries()) {
      if (weights[index] === 0 || width <= LEAST) continue;
      if (widest < 0 || width / weights[index]! > widths[widest]! / weights[widest]!) widest = index;
    }
    if (widest < 0) break;
    widths[widest]!--;
  }
  return widths;
};

/** Lines of a table, titles first, no wider than `columns` as long as its elastic columns can give. Cells are escaped already. */
export const table = (
  columns: readonly Column[],
  rows: readonly (readonly Cell[])[],
  options: { readonly width: number; readonly indent: string; readonly paint: Paint },
): string[] => {
  const natural = columns.map(({ title }, index) =>
    Math.max(widthOf(title), ...rows.map((row) => widthOf(row[index]!.text))),
  );
  const widths = widthsIn(
    natural,
    columns.map(({ elastic = 0 }) => elastic),
    options.width - options.indent.length,
  );
  const line = (cells: readonly Cell[]) => {
    const parts = cells.map(({ text, paint }, index) => {
      const last = index === cells.length - 1 && columns[index]!.side !== "right";
      const padded = last ? clip(text, widths[index]!) : pad(text, widths[index]!, columns[index]!.side);
      return paint === undefined ? padded : paint(padded);
    });
    return (options.indent + parts.join(" ".repeat(GAP))).trimEnd();
  };
  const head = line(columns.map(({ title }) => ({ text: title, paint: options.paint.dim })));
  return [head, ...rows.map(line)];
};
