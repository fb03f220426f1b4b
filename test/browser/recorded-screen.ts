/** Screen of a terminal after a command: run in a real pseudo-terminal, with the output bytes replayed in xterm.js. */
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { Browser } from "playwright";
import type { Span } from "../../scripts/terminal-svg.ts";

export interface Screened {
  readonly code: number | null;
  readonly lines: readonly (readonly Span[])[];
}
const ROWS = 60;

/** `script` is of util-linux. */
const record = (argv: readonly string[], columns: number, env: NodeJS.ProcessEnv) =>
  new Promise<{ readonly code: number | null; readonly bytes: string }>((done) => {
    const line = `stty cols ${columns} rows ${ROWS}; exec ${argv.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(" ")}`;
    const child = spawn("script", ["-qec", line, "/dev/null"], { env, stdio: ["ignore", "pipe", "inherit"] });
    let bytes = "";
    child.stdout.setEncoding("utf8").on("data", (text) => {
      bytes += text;
    });
    child.on("close", (code) => done({ code, bytes }));
  });

/** First 16 colours of the default palette of xterm.js. */
const COLOURS =
  "#2e3436 #cc0000 #4e9a06 #c4a000 #3465a4 #75507b #06989a #d3d7cf #555753 #ef2929 #8ae234 #fce94f #729fcf #ad7fa8 #34e2e2 #eeeeec".split(
    " ",
  );
interface Cell {
  readonly text: string;
  /** Index of the colour; -1: the terminal's default. */
  readonly colour: number;
  readonly bold: boolean;
  readonly dim: boolean;
}
const spansOf = (cells: readonly Cell[]): readonly Span[] => {
  const spans: { column: number; text: string; color: string | null; bold: boolean; dim: boolean }[] = [];
  for (const [column, { text, colour, bold, dim }] of cells.entries()) {
    const color = colour < 0 ? null : (COLOURS[colour] ?? null);
    const last = spans.at(-1);
    if (last !== undefined && last.color === color && last.bold === bold && last.dim === dim) last.text += text;
    else spans.push({ column, text, color, bold, dim });
  }
  return spans
    .map((span) => {
      const text = span.text.trimStart();
      return { ...span, column: span.column + span.text.length - text.length, text: text.trimEnd() };
    })
    .filter(({ text }) => text !== "");
};

/** Rejects where xterm.js does not load. `columns`: width of the terminal. */
export const screenAfter = async (
  browser: Browser,
  argv: readonly string[],
  { columns, env }: { readonly columns: number; readonly env: NodeJS.ProcessEnv },
): Promise<Screened> => {
  const { code, bytes } = await record(argv, columns, { ...env, TERM: "xterm-256color" });
  const folder = dirname(createRequire(import.meta.url).resolve("@xterm/xterm/package.json"));
  const page = await browser.newPage();
  try {
    await page.setContent('<div id="terminal"></div>');
    await page.addScriptTag({ content: readFileSync(join(folder, "lib/xterm.js"), "utf8") });
    const rows = await page.evaluate(
      ([text, cols, rows]) =>
        new Promise<Cell[][]>((done) => {
          // biome-ignore lint/suspicious/noExplicitAny: a global of the page
          const terminal = new (globalThis as any).Terminal({ cols, rows, scrollback: 1_000, allowProposedApi: true });
          terminal.open(document.getElementById("terminal"));
          // Functions in here stay unnamed: for a named function tsx calls a helper that the page does not have.
          terminal.write(text, () =>
            done(
              Array.from({ length: terminal.buffer.active.length }, (_, line) =>
                Array.from({ length: cols }, (_, column) =>
                  [terminal.buffer.active.getLine(line).getCell(column)].map((cell) => ({
                    text: cell.getChars() || " ",
                    colour: cell.isFgDefault() || cell.isFgRGB() ? -1 : cell.getFgColor(),
                    bold: cell.isBold() !== 0,
                    dim: cell.isDim() !== 0,
                  })),
                ).flat(),
              ),
            ),
          );
        }),
      [bytes, columns, ROWS] as const,
    );
    const lines = rows.map(spansOf);
    const last = lines.findLastIndex((spans) => spans.length > 0);
    return { code, lines: lines.slice(0, last + 1) };
  } finally {
    await page.close();
  }
};
