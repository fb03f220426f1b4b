/** The part of a terminal that is redrawn: between two drawings the cursor stands below the block. */

import { clipPainted, paintedWidthOf } from "../../experiments/report/terminal/width.ts";
import type { Screen } from "../output.ts";

export interface Block {
  draw(lines: readonly string[]): void;
  /** Leaves the drawn block in place; the next drawing begins below. */
  leave(): void;
  /** Clears the drawn block. */
  clear(): void;
  /** Prints a permanent line above the block. */
  print(line: string): void;
}
const UP_AND_CLEAR = (rows: number): string => (rows === 0 ? "" : `\u001b[${rows}A\r\u001b[J`);

/** Rows that lines take on a screen; a screen that became narrower has wrapped the lines. */
const rowsOf = (lines: readonly string[], { columns }: Screen): number =>
  lines.reduce((sum, line) => sum + Math.max(1, Math.ceil(paintedWidthOf(line) / columns)), 0);

/**
 * `screen`: the screen's present size. Lines are cut to the screen: rows beyond the count would stay behind at each
 * drawing.
 */
export const openBlock = (write: (text: string) => void, screen: () => Screen): Block => {
  let drawn: readonly string[] = [];
  const show = (before: string, lines: readonly string[]) => {
    const { columns, rows } = screen();
    // The cursor's own row counts as a row of the screen, and the cursor cannot move up beyond the first.
    const room = Math.max(0, rows - 1);
    const hidden = lines.length - room;
    const shown = hidden <= 0 ? lines : [...lines.slice(0, Math.max(0, room - 1)), `  … ${hidden + 1} more lines`];
    const fitting = shown.slice(0, room).map((line) => clipPainted(line, columns));
    const up = Math.min(rowsOf(drawn, { columns, rows }), rows - 1);
    write(UP_AND_CLEAR(up) + before + fitting.map((line) => `${line}\n`).join(""));
    drawn = fitting;
  };
  return {
    draw: (lines) => show("", lines),
    leave() {
      drawn = [];
    },
    clear: () => show("", []),
    print: (line) => show(`${line}\n`, drawn),
  };
};
