/** Checks of the docs: every YAML block is validated, every command is run, every link has a target. */
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import type { Context } from "../cli/context.ts";
import { openOutput } from "../cli/output.ts";
import { openProgram } from "../cli/program.ts";
import { NODES } from "../scripts/nodes.mjs";
import { checkJournals } from "./journals.ts";
import { openNetwork } from "./network.ts";
import { repeatStarved } from "./starved.ts";

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
/** Completes a fragment to the smallest valid experiment. */
const whole = ({ info, text }: Block): string | null => {
  if (info === "yaml")
    return text
      .replace("mesh: experiments/", `mesh: ${ROOT}/experiments/`)
      .replace("directory: ../../dist/", `directory: ${ROOT}/dist/`);
  const around = (hypothesis: string, faults: string) =>
    `apiVersion: squall.dev/v1\nkind: Experiment\nmetadata: { name: fragment }\nspec:\n  mesh: ${ROOT}/experiments/shop/mesh.yaml\n  hypothesis:\n${hypothesis}\n  faults:\n${faults}\n`;
  if (info === "yaml fault") return around(LOOK, indented(text));
  if (info === "yaml expectation") return around(indented(text), FAULT);
  return null;
};

interface Ended {
  readonly code: number | null;
  readonly output: string;
}
const ended = (command: string, argv: readonly string[], home: string) =>
  new Promise<Ended>((done) => {
    // WEBHOOK_SECRET is read by the configuration in docs/server.md.
    const env = { ...process.env, SQUALL_HOME: home, NO_COLOR: "1", WEBHOOK_SECRET: "0123456789abcdef" };
    const child = spawn(command, argv, { cwd: ROOT, env, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding("utf8").on("data", (text) => (output += text));
    child.on("close", (code) => done({ code, output }));
  });
const squall = (args: readonly string[], home: string) => ended(process.execPath, ["cli/squall.js", ...args], home);

const program = openProgram({ output: openOutput({}), version: "0.0.0" } as Context, () => {});
/** Words of a command line, without `squall`, that are unknown commands, or unknown options of the command. */
const strangersIn = (words: readonly string[]): readonly string[] => {
  let [command, rest]: [typeof program, readonly string[]] = [program, words];
  for (let next = command; next !== undefined; ) {
    command = next;
    next = command.commands.find((each) => each.name() === rest[0])!;
    if (next !== undefined) rest = rest.slice(1);
  }
  if (command === program) return [words.join(" ")];
  const options = rest.filter((word) => /^--?[a-z]/.test(word)).map((word) => word.split("=")[0]!);
  return options
    .filter((option) => !command.options.some(({ long, short }) => option === long || option === short))
    .map((option) => `${command.name()} ${option}`);
};

/** Temporary home folder, removed after `use`. */
const withHome = async (use: (home: string) => Promise<void>): Promise<void> => {
  const home = mkdtempSync(join(tmpdir(), "squall-docs-"));
  try {
    await use(home);
    checkJournals(home);
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
};

const literally = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
/** True when the test file has this title: as a whole, before the title's colon, or in brackets at the title's end. */
const isTitled = (source: string, name: string): boolean =>
  new RegExp(`(["\`])(?:${literally(name)}(?::|\\1|\\$\\{)|[^"\`\\n]*\\(${literally(name)}\\)\\1)`).test(source);

describe.concurrent("the docs", () => {
  const documents = blocks.filter((block) => block.info.startsWith("yaml") && whole(block) !== null);
  // A single process for all files: the output names each file with a problem.
  it("have YAML that is valid", () =>
    withHome(async (home) => {
      const files = documents.map((block) => {
        const file = join(home, `${block.file.replaceAll("/", "-")}-${block.line}.yaml`);
        writeFileSync(file, whole(block)!);
        return file;
      });
      const { code, output } = await squall(["validate", ...files], home);
      expect(code, output).toBe(0);
      for (const file of files) expect(output).toContain(basename(file));
    }));

  const settings = blocks.filter(({ info }) => info === "yaml server");
  it.each(settings.map((block) => [`${block.file}:${block.line}`, block] as const))(
    "%s is a valid configuration of a server",
    (_name, { text }) =>
      withHome(async (home) => {
        const file = join(home, "squall-server.yaml");
        writeFileSync(file, text);
        const argv = ["serve", "--config", file, "--print-config"];
        const { code, output } = await squall(argv, home);
        expect(code, output).toBe(0);
      }),
  );

  /** Command lines in a manifest: every list of words that begins with `serve` or `agent`. */
  const commandLines = (value: unknown): readonly (readonly string[])[] => {
    if (typeof value !== "object" || value === null) return [];
    const inner = Object.values(value).flatMap(commandLines);
    const isOurs = Array.isArray(value) && ["serve", "agent"].includes(value[0] as string);
    return isOurs ? [value.map(String), ...inner] : inner;
  };
  const manifests = blocks.filter(({ info }) => info === "yaml deploy");
  it.each(manifests.map((block) => [`${block.file}:${block.line}`, block] as const))(
    "%s starts servers and agents with options that they have",
    (_name, { text }) => {
      const lines = commandLines(parse(text));
      expect(lines.length).toBeGreaterThan(0);
      expect(lines.flatMap(strangersIn)).toEqual([]);
    },
  );
  it("name only commands and options that there are, where they cannot be run here", () => {
    const lines = blocks
      .filter(({ info }) => info === "sh server")
      .flatMap(({ text }) => [...text.matchAll(/(?:^|\s|\()squall ([^|()<>\n]*)/g)].map(([, words]) => words!.trim()));
    expect(lines.length).toBeGreaterThan(20);
    expect(lines.flatMap((line) => strangersIn(line.split(/\s+/)))).toEqual([]);
  });

  it("name only scripts that package.json has, where they take too long to be run here", () => {
    const { scripts } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as { scripts: object };
    const lines = blocks.filter(({ info }) => info === "sh script").flatMap(({ text }) => text.trim().split("\n"));
    expect(lines.length).toBeGreaterThan(0);
    for (const line of lines) expect(Object.keys(scripts)).toContain(/^npm run (\S+)/.exec(line)?.[1]);
  });

  // Commands that `.ci/run` runs, that would run this very test again, or that take longer than the whole test.
  const HELD_BY_CI = new Set([
    "npm ci",
    "npm test",
    "npm run typecheck",
    "npm run lint",
    "npm run test:unit",
    "npm run test:soak",
    "npm run test:nodes",
    "npm run format",
  ]);
  const commands = blocks
    .filter(({ info, file }) => info === "sh" && file !== "docs/ci.md")
    .flatMap((block) =>
      block.text.split("\n").map((line) => ({
        block,
        line: line
          .replace(/\s+#.*$/, "")
          .replace("npm ci && ", "")
          .trim(),
      })),
    )
    .filter(({ line }) => line !== "" && !HELD_BY_CI.has(line) && !line.startsWith("npm run bench"));

  it("name the versions of Node that are tested", () => {
    const majors = Object.keys(NODES);
    const list = `${majors.slice(0, -1).join(", ")} and ${majors.at(-1)}`;
    for (const file of ["README.md", "CONTRIBUTING.md"])
      expect(readFileSync(join(ROOT, file), "utf8")).toContain(`Node ${list}`);
  });

  it("has commands and files to check", () => {
    expect(commands.length).toBeGreaterThan(8);
    expect(documents.length).toBeGreaterThan(12);
  });

  /**
   * Commands that a reader runs in one go: the commands of a block, and of later blocks that start no run or mesh but
   * inspect the earlier ones. Each go has a separate home and shop.
   */
  const goes: (typeof commands)[] = [];
  for (const command of commands) {
    const last = goes.at(-1)?.at(-1)?.block;
    const isNew =
      last?.file !== command.block.file || (last !== command.block && /squall (run|up) /.test(command.block.text));
    if (isNew) goes.push([command]);
    else goes.at(-1)!.push(command);
  }
  const isRun = (line: string) => line.startsWith("npx squall run ");
  const known = new Set<string>();
  /**
   * Drops runs that earlier goes had, if a run is left to inspect; a run on a mesh that is `up` counts as another run.
   */
  const onceIn = (go: typeof commands): typeof commands => {
    const up = go.find(({ line }) => line.startsWith("npx squall up "))?.line ?? "";
    const once = go.filter(({ line }) => !isRun(line) || !known.has(up + line));
    for (const { line } of go) known.add(up + line);
    return once.some(({ line }) => isRun(line)) ? once : go;
  };
  // Goes run in sequence: each go has a shop, and two more shops on a small machine would break the shop's hypothesis.
  it.sequential.each(
    goes.map((go) => [`${go[0]!.block.file}:${go[0]!.block.line}`, onceIn(go).map(({ line }) => line)] as const),
  )(
    "%s and on: %s",
    (_place, lines) =>
      withHome(async (home) => {
        const network = await openNetwork();
        try {
          for (const line of lines) {
            const ready = line
              .replaceAll("npx squall", `${process.execPath} cli/squall.js`)
              .replaceAll("reports/", `${home}/`)
              // Other tests run at the same time.
              .replaceAll("halt --all", "halt --all --home-only");
            const [command, ...argv] = network.within(["sh", "-c", ready]);
            const { code, output } = await repeatStarved(
              () => ended(command, argv, home),
              (end) => ({ code: end.code, text: end.output }),
            );
            expect({ line, code, output }).toMatchObject({ code: 0 });
          }
        } finally {
          // A mesh that a failed line left up would stay up for ever.
          for (const file of existsSync(join(home, "up")) ? readdirSync(join(home, "up")) : []) {
            const [command, ...argv] = network.within([process.execPath, "cli/squall.js", "down", file.split(".")[0]!]);
            await ended(command, argv, home);
          }
          await network.close();
        }
      }),
    600_000,
  );

  it("names only tests that exist", () => {
    const text = readFileSync(join(ROOT, "docs/safety.md"), "utf8");
    const named = [...text.matchAll(/\]\(\.\.\/([^)]+)\)((?:(?: and)? "[^"]+")+)/g)].flatMap(([, file, names]) =>
      [...names!.matchAll(/"([^"]+)"/g)].map(([, name]) => ({ file: file!, name: name! })),
    );
    expect(named.length).toBeGreaterThan(70);
    expect(named.filter(({ file, name }) => !isTitled(readFileSync(join(ROOT, file), "utf8"), name))).toEqual([]);
  });
  it("takes no part of a title for its whole", () => {
    const source = 'it("invariant 18: no child is left", () => {}); describe("a full disk (invariant 10)", () => {});';
    const found = ["invariant 18", "invariant 1", "invariant 10", "no child is left", "a full disk"];
    expect(found.filter((name) => isTitled(source, name))).toEqual(["invariant 18", "invariant 10"]);
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
