/** The docs are true: every YAML block is validated, every command is run, every link leads somewhere. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { checkJournals } from "./journals.ts";

const ROOT = resolve(import.meta.dirname, "..");
const DOCS = [
  "README.md",
  "ARCHITECTURE.md",
  "CONTRIBUTING.md",
  ...readdirSync(join(ROOT, "docs"))
    .filter((name) => name.endsWith(".md"))
    .map((name) => `docs/${name}`),
];

interface Block {
  readonly file: string;
  readonly line: number;
  readonly info: string;
  readonly text: string;
}
const blocks: Block[] = DOCS.flatMap((file) => {
  const text = readFileSync(join(ROOT, file), "utf8");
  return [...text.matchAll(/^```(\S[^\n]*)\n([\s\S]*?)^```$/gm)].map(({ index, 1: info, 2: body }) => ({
    file,
    line: text.slice(0, index).split("\n").length,
    info: info!.trim(),
    text: body!,
  }));
});

const indented = (text: string) => text.replace(/^/gm, "    ").trimEnd();
const FAULT = "    - { name: some fault, edge: { from: checkout, to: payments }, abort: { status: 500 } }";
const LOOK = "    - { name: it answers, http: { to: gateway, rate: 40/s }, good: { status: 2xx }, objective: 99% }";
/** A fragment in the least experiment that makes it whole. */
const whole = ({ info, text }: Block): string | null => {
  if (info === "yaml") return text.replace("mesh: experiments/", `mesh: ${ROOT}/experiments/`);
  const around = (hypothesis: string, faults: string) =>
    `apiVersion: squall.dev/v1\nkind: Experiment\nmetadata: { name: fragment }\nspec:\n  mesh: ${ROOT}/experiments/shop/mesh.yaml\n  hypothesis:\n${hypothesis}\n  faults:\n${faults}\n`;
  if (info === "yaml fault") return around(LOOK, indented(text));
  if (info === "yaml expectation") return around(indented(text), FAULT);
  return null;
};

const squall = (args: readonly string[], home: string) =>
  spawnSync(process.execPath, ["cli/squall.js", ...args], {
    cwd: ROOT,
    encoding: "utf8",
    env: { ...process.env, SQUALL_HOME: home, NO_COLOR: "1" },
  });

let home: string;
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), "squall-docs-"));
});
afterAll(() => {
  checkJournals(home);
  rmSync(home, { recursive: true, force: true });
});

describe("the docs", () => {
  const documents = blocks.filter((block) => block.info.startsWith("yaml") && whole(block) !== null);
  it.each(documents.map((block) => [`${block.file}:${block.line}`, block] as const))(
    "%s is a valid file",
    (name, block) => {
      const file = join(home, `${name.replaceAll(/[/:]/g, "-")}.yaml`);
      writeFileSync(file, whole(block)!);
      const { status, stdout, stderr } = squall(["validate", file], home);
      expect(status, `${stdout}${stderr}`).toBe(0);
    },
  );

  // These are what `.ci/run` itself does, or would run this very test again.
  const HELD_BY_CI = new Set([
    "npm ci",
    "npm test",
    "npm run typecheck",
    "npm run lint",
    "npm run test:unit",
    "npm run format",
  ]);
  const commands = blocks
    .filter(({ info, file }) => info === "sh" && file !== "docs/ci.md")
    .flatMap(({ file, text }) => text.split("\n").map((line) => ({ file, line: line.replace(/\s+#.*$/, "").trim() })))
    .filter(({ line }) => line !== "");

  it("has commands and files to check", () => {
    expect(commands.length).toBeGreaterThan(8);
    expect(documents.length).toBeGreaterThan(12);
  });

  it.each(
    commands
      .filter(({ line }) => !HELD_BY_CI.has(line) && !line.startsWith("npm run bench"))
      .map(({ file, line }) => [`${file}: ${line}`, line] as const),
  )(
    "%s",
    (_name, line) => {
      const ready = line
        .replace("npm ci && ", "")
        .replaceAll("npx squall", `${process.execPath} cli/squall.js`)
        .replaceAll("reports/", `${home}/`);
      const { status, stdout, stderr } = spawnSync("sh", ["-c", ready], {
        cwd: ROOT,
        encoding: "utf8",
        env: { ...process.env, SQUALL_HOME: home, NO_COLOR: "1" },
      });
      expect(status, `${stdout}\n${stderr}`).toBe(0);
    },
    90_000,
  );

  it("names only tests that exist", () => {
    const text = readFileSync(join(ROOT, "docs/safety.md"), "utf8");
    const named = [...text.matchAll(/\]\(\.\.\/([^)]+)\) "([^"]+)"/g)];
    expect(named.length).toBeGreaterThan(20);
    const missing = named.filter(([, file, name]) => !readFileSync(join(ROOT, file!), "utf8").includes(name!));
    expect(missing.map(([found]) => found)).toEqual([]);
  });

  it("links only to files that exist", () => {
    const broken = DOCS.flatMap((file) =>
      [...readFileSync(join(ROOT, file), "utf8").matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)]
        .map(([, link]) => link!)
        .filter((link) => !existsSync(join(ROOT, dirname(file), link)))
        .map((link) => `${file}: ${link}`),
    );
    expect(broken).toEqual([]);
  });
});
