/** Real terminals of foreign sizes (opened by `script` of util-linux): the live view leaves no remains behind. */
import { spawn, spawnSync } from "node:child_process";
import { describe } from "vitest";
import { it, pairExperiment, SQUALL } from "../cli/squall.ts";
import { openTerminal, type Size } from "./terminal.ts";

const hasScript = spawnSync("script", ["--version"], { stdio: "ignore" }).status === 0;

const runIn = (size: Size, folder: string, home: string) =>
  new Promise<{ code: number | null; text: string }>((done) => {
    const line = `stty cols ${size.columns} rows ${size.rows} && exec '${process.execPath}' '${SQUALL}' run quick.yaml`;
    const env = { ...process.env, CI: "", NO_COLOR: "", FORCE_COLOR: "", GITHUB_ACTIONS: "", TERM: "xterm-256color" };
    const child = spawn("script", ["-qefc", line, "/dev/null"], {
      ...{ cwd: folder, env: { ...env, SQUALL_HOME: home } },
      stdio: ["ignore", "pipe", "inherit"],
    });
    let text = "";
    child.stdout.setEncoding("utf8").on("data", (part: string) => {
      text += part;
    });
    child.on("close", (code) => done({ code, text }));
  });

describe.skipIf(!hasScript).concurrent.each<Size & { redrawn: boolean }>([
  { columns: 40, rows: 24, redrawn: true },
  { columns: 59, rows: 24, redrawn: true },
  { columns: 0, rows: 0, redrawn: false },
])("a terminal of $columns columns and $rows rows", ({ redrawn, ...size }) => {
  it("is not flooded by the live view", { timeout: 60_000 }, async ({ yard, expect }) => {
    yard.put("quick.yaml", pairExperiment({ name: "quick", during: "1s" }));
    const { text } = await runIn(size, yard.folder, yard.home);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: cursor up, which only the live view sends
    expect(/\u001b\[\d+A/.test(text)).toBe(redrawn);
    const terminal = openTerminal(size.columns === 0 ? { columns: 80, rows: 24 } : size);
    terminal.write(text);
    // Bars of phases are drawn by the live view only.
    expect(terminal.lines().filter((line) => /[━╌]/.test(line))).toEqual([]);
    expect(terminal.lines().join(" ")).toMatch(/\b(HELD|INCONCLUSIVE)\b/);
  });
});
