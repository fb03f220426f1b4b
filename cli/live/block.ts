/** The part of a terminal that is drawn again and again: the cursor stands below it between two drawings. */
export interface Block {
  draw(lines: readonly string[]): void;
  /** What is drawn stays as it is; the next drawing begins below it. */
  leave(): void;
  /** What is drawn goes away. */
  clear(): void;
  /** A line that stays, above what is drawn. */
  print(line: string): void;
}
const UP_AND_CLEAR = (rows: number): string => (rows === 0 ? "" : `\u001b[${rows}A\r\u001b[J`);

export const openBlock = (write: (text: string) => void): Block => {
  let drawn: readonly string[] = [];
  const show = (before: string, lines: readonly string[]) => {
    write(UP_AND_CLEAR(drawn.length) + before + lines.map((line) => `${line}\n`).join(""));
    drawn = lines;
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
