/** The part of a terminal that is drawn again and again: the cursor stands below it between two drawings. */
import { clipPainted, paintedWidthOf } from "../../experiments/report/terminal/width.ts";

export interface Block {
  draw(lines: readonly string[]): void;
  /** What is drawn stays as it is; the next drawing begins below it. */
  leave(): void;
  /** What is drawn goes away. */
  clear(): void;
  /** A line that stays, above what is drawn. */
  print(line: string): void;
}
export interface Screen {
  readonly columns: number;
  readonly rows: number;
}
const UP_AND_CLEAR = (rows: number): string => (rows === 0 ? "" : `\u001b[${rows}A\r\u001b[J`);

/** Rows that lines take on a screen; a screen that became narrower has broken them. */
const rowsOf = (lines: readonly string[], { columns }: Screen): number =>
  lines.reduce((sum, line) => sum + Math.max(1, Math.ceil(paintedWidthOf(line) / columns)), 0);

/** `screen`: its present size. Lines are cut to the screen: rows beyond the count would stay behind at each drawing. */
export const openBlock = (write: (text: string) => void, screen: () => Screen): Block => {
  let drawn: readonly string[] = [];
  const show = (before: string, lines: readonly string[]) => {
    const { columns, rows } = screen();
    // The cursor's own row is one of the screen, and cannot be left upwards beyond its first.
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
