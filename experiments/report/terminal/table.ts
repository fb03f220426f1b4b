import type { Paint } from "./paint.ts";
import { clip, pad, widthOf, wrap } from "./width.ts";

export interface Column {
  readonly title: string;
  readonly side?: "left" | "right";
  /**
   * Weight of a column that may be cut to make the table fit; a column without a weight is never cut. A column of 2 is
   * left twice as wide as a column of 1.
   */
  readonly elastic?: number;
  /**
   * Order in which this column gives way before any other column is cut: first the column is cut, then left out; the
   * lowest number first.
   */
  readonly givesWay?: number;
}
export interface Cell {
  readonly text: string;
  readonly paint?: (text: string) => string;
}
const GAP = 2;
const LEAST = 8;

/**
 * Takes terminal columns away from the elastic column that is widest relative to the column's weight, a single terminal
 * column per step, until the table fits.
 */
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

/** A column that gives way keeps so much, or goes. */
const LEAST_GIVING = 16;
const totalOf = (widths: readonly number[]): number =>
  widths.reduce((sum, width) => sum + width, 0) + GAP * Math.max(0, widths.length - 1);
/** Visible width of each column, in columns of the terminal; null: the column is left out. */
const shownIn = (columns: readonly Column[], natural: readonly number[], room: number): readonly (number | null)[] => {
  const shown: (number | null)[] = [...natural];
  const over = () => totalOf(shown.filter((width) => width !== null)) - room;
  const giving = columns
    .flatMap(({ givesWay }, index) => (givesWay === undefined ? [] : [{ index, givesWay }]))
    .sort((a, b) => a.givesWay - b.givesWay);
  for (const { index } of giving) {
    if (over() <= 0) break;
    const cut = natural[index]! - over();
    shown[index] = cut >= LEAST_GIVING ? cut : null;
  }
  const kept = columns.flatMap((_, index) => (shown[index] === null ? [] : [index]));
  const widths = widthsIn(
    kept.map((index) => shown[index]!),
    kept.map((index) => columns[index]!.elastic ?? 0),
    room,
  );
  for (const [place, index] of kept.entries()) shown[index] = widths[place]!;
  return shown;
};

export interface TableOptions {
  readonly width: number;
  readonly indent: string;
  readonly paint: Paint;
  /** A cell that is too long goes on in the next line; absent: the cell is cut, since a list has a line for each row. */
  readonly wraps?: true;
}
/** Lines of a table, titles first, no wider than `width` as long as the columns can give. Cells are escaped already. */
export const table = (
  columns: readonly Column[],
  rows: readonly (readonly Cell[])[],
  options: TableOptions,
): string[] => {
  const natural = columns.map(({ title }, index) =>
    Math.max(widthOf(title), ...rows.map((row) => widthOf(row[index]!.text))),
  );
  const widths = shownIn(columns, natural, options.width - options.indent.length);
  const last = widths.findLastIndex((width) => width !== null);
  const line = (cells: readonly Cell[]) => {
    const parts = cells.flatMap(({ text, paint }, index) => {
      const width = widths[index]!;
      if (width === null) return [];
      const isLast = index === last && columns[index]!.side !== "right";
      const padded = isLast ? clip(text, width) : pad(text, width, columns[index]!.side);
      return [paint === undefined || text === "" ? padded : paint(padded)];
    });
    return (options.indent + parts.join(" ".repeat(GAP))).trimEnd();
  };
  const linesOf = (row: readonly Cell[]): string[] => {
    const parts = row.map(({ text }, index) => wrap(text, Math.max(LEAST, widths[index] ?? 0)));
    const height = Math.max(...parts.filter((_, index) => widths[index] !== null).map(({ length }) => length));
    return Array.from({ length: height }, (_, at) =>
      line(row.map((cell, index) => ({ ...cell, text: parts[index]![at] ?? "" }))),
    );
  };
  const head = line(columns.map(({ title }) => ({ text: title, paint: options.paint.dim })));
  return [head, ...(options.wraps ? rows.flatMap(linesOf) : rows.map(line))];
};
