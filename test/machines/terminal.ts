/**
 * A terminal emulator as far as Squall needs: lines that break at the width, a cursor that moves up and clears,
 * scrollback.
 */
export interface Size {
  readonly columns: number;
  readonly rows: number;
}
export interface Terminal {
  write(text: string): void;
  /** Breaks or joins lines anew, like xterm, VTE and others. */
  resize(size: Size): void;
  /** Returns every line ever shown, without empty lines; each row of a broken line counts as a line. */
  lines(): readonly string[];
}
// biome-ignore lint/suspicious/noControlCharactersInRegex: control sequences of a terminal are read
const TOKEN = /\u001b\[(\d*)([A-Z])|\u001b\[[0-9;?]*[a-z]|[\s\S]/gu;

export const openTerminal = (first: Size): Terminal => {
  let size = first;
  /** Rows of the screen and scrollback. `joined`: the line goes on in the next row. */
  let rows = [{ text: "", joined: false }];
  let at = { row: 0, column: 0 };
  const top = () => Math.max(0, rows.length - size.rows);
  const down = (joined: boolean) => {
    rows[at.row]!.joined = joined;
    at = { row: at.row + 1, column: 0 };
    if (at.row === rows.length) rows.push({ text: "", joined: false });
  };
  const put = (character: string) => {
    if (at.column === size.columns) down(true);
    const row = rows[at.row]!;
    row.text = row.text.slice(0, at.column).padEnd(at.column) + character + row.text.slice(at.column + 1);
    at = { ...at, column: at.column + 1 };
  };
  return {
    write(text) {
      for (const [token, count, letter] of text.matchAll(TOKEN)) {
        if (letter === "A") at = { ...at, row: Math.max(top(), at.row - Number(count || 1)) };
        else if (letter === "J") {
          rows = rows.slice(0, at.row + 1);
          rows[at.row] = { text: rows[at.row]!.text.slice(0, at.column), joined: false };
        } else if (token === "\r") at = { ...at, column: 0 };
        else if (token === "\n") down(false);
        else if (!token.startsWith("\u001b")) put(token);
      }
    },
    resize(next) {
      size = next;
      const whole: string[] = [];
      for (const [index, { text }] of rows.entries())
        if (index > 0 && rows[index - 1]!.joined) whole[whole.length - 1] += text;
        else whole.push(text);
      rows = whole.flatMap((line) => {
        const count = Math.max(1, Math.ceil(line.length / size.columns));
        return Array.from({ length: count }, (_, index) => ({
          text: line.slice(index * size.columns, (index + 1) * size.columns),
          joined: index < count - 1,
        }));
      });
      at = { row: rows.length - 1, column: rows.at(-1)!.text.length };
    },
    lines: () => rows.map(({ text }) => text.trimEnd()).filter((text) => text !== ""),
  };
};
