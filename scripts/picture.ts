/**
 * Pictures of the terminal: `tsx scripts/picture.ts OUT.png COLUMNS ROWS AT_SECONDS COMMAND…` runs the command in a real
 * pseudo-terminal (`script`, of util-linux), replays its bytes in xterm.js inside Chromium, and takes a screenshot of
 * what stands on the screen so many seconds after the start (`end`: when the command is over).
 */
import { spawn } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { chromium } from "playwright";
import { ensureBrowser, LAUNCH_ARGS } from "./browser.ts";

const [out, columns, rows, at, ...command] = process.argv.slice(2);
if (command.length === 0) throw new Error("usage: picture.ts OUT.png COLUMNS ROWS AT_SECONDS|end COMMAND…");

const recorded = await new Promise<Buffer>((resolve) => {
  const chunks: Buffer[] = [];
  const line = `stty cols ${columns} rows ${rows}; ${command.join(" ")}`;
  const env = { ...process.env, TERM: "xterm-256color", COLORTERM: "truecolor", FORCE_COLOR: "1" };
  const child = spawn("script", ["-qec", line, "/dev/null"], { env, stdio: ["ignore", "pipe", "inherit"] });
  if (at !== "end") setTimeout(() => resolve(Buffer.concat(chunks)), Number(at) * 1_000);
  child.stdout.on("data", (bytes: Buffer) => chunks.push(bytes));
  child.on("close", () => resolve(Buffer.concat(chunks)));
});

const xterm = dirname(createRequire(import.meta.url).resolve("@xterm/xterm/package.json"));
const page = await (await chromium.launch({ executablePath: ensureBrowser(), args: LAUNCH_ARGS })).newPage({
  deviceScaleFactor: 2,
  viewport: { width: 1800, height: 1400 },
});
await page.setContent(
  `<style>${readFileSync(join(xterm, "css/xterm.css"), "utf8")} body { margin: 0; background: #fff } .xterm-viewport { overflow: hidden !important } #screen { display: inline-block; padding: 14px 18px; background: #14161b; border-radius: 8px }</style>
   <div id="screen"><div id="terminal"></div></div><script>${readFileSync(join(xterm, "lib/xterm.js"), "utf8")}</script>`,
);
await page.evaluate(
  ([text, cols, lines]) =>
    new Promise<void>((done) => {
      const Terminal = (
        globalThis as unknown as {
          Terminal: new (options: object) => { open(node: unknown): void; write(text: string, then: () => void): void };
        }
      ).Terminal;
      const terminal = new Terminal({
        cols,
        rows: lines,
        fontSize: 14,
        theme: { background: "#14161b" },
        cursorInactiveStyle: "none",
        scrollback: 5000,
      });
      terminal.open(document.getElementById("terminal"));
      terminal.write(text, () => setTimeout(done, 200));
    }),
  [recorded.toString("utf8").replace(/\r?\n/g, "\r\n"), Number(columns), Number(rows)] as const,
);
writeFileSync(out!, await page.locator("#screen").screenshot());
await page.context().browser()!.close();
process.exit(0);
