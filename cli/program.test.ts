import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Command } from "commander";
import { describe, expect, it } from "vitest";
import { REPORT_FORMAT_NAMES } from "../experiments/model/report/format.ts";
import { PLAIN } from "../experiments/report/terminal/paint.ts";
import { systemClock } from "./clock.ts";
import type { Context } from "./context.ts";
import { openProgram } from "./program.ts";

const ROOT = resolve(import.meta.dirname, "..");
const said: string[] = [];
const context: Context = {
  ...{ cwd: "/", environment: {}, home: "/nowhere", version: "0.0.0", clock: systemClock, readStdin: async () => "" },
  launcher: { echoes: false, watch: () => ({ stop() {} }) },
  output: {
    out: (text) => void said.push(text),
    err: (text) => void said.push(text),
    raw() {},
    ...{
      live: false,
      attended: false,
      paint: PLAIN,
      outPaint: PLAIN,
      width: () => 100,
      tableWidth: () => 100,
      lost: async () => null,
      screen: () => null,
    },
  },
};
const every = (command: Command): Command[] => [command, ...command.commands.flatMap(every)];
const program = () => openProgram(context, () => {});
const pathOf = (command: Command): string =>
  command.parent === null ? "" : `${pathOf(command.parent)} ${command.name()}`.trim();

/** Words as a shell would split the line, as far as examples go; `$(…)` and the content is a single word. */
const wordsOf = (line: string): string[] =>
  [...line.matchAll(/(?:\$\([^)]*\)|'[^']*'|"[^"]*"|[^\s'"])+/g)].map(([word]) => word.replaceAll(/['"]/g, ""));
/** Squall's commands in a line of a shell: behind variables, in pipes, in `$(…)`. */
const callsIn = (line: string): string[][] =>
  [
    ...line.matchAll(
      /(?:^|[|;&(]\s*|[A-Z_]+=\S+ |timeout \S+ )(?:npx )?squall ((?:[^|;&()<>'"]|'[^']*'|"[^"]*"|\$\([^)]*\)|->)*)/g,
    ),
  ].map(([, rest]) => wordsOf(rest!));
/** Parses the line as the program does, without running the command. */
const parse = async (words: readonly string[]): Promise<void> => {
  const taken = program();
  for (const command of every(taken)) command.exitOverride().action(() => {});
  await taken.parseAsync([...words], { from: "user" });
};

const commands = every(program()).filter(
  (command) => pathOf(command) !== "" && !pathOf(command).startsWith("complete"),
);
const groups = commands.filter(({ commands: children }) => children.length > 0);
const leaves = commands.filter(({ commands: children }) => children.length === 0);
/** Examples of a help text; a line that ends in a backslash goes on in the next. */
const exampleLines = (text: string) =>
  [...text.replace(/ \\\n\s+/g, " ").matchAll(/^ {2}\$ (.+)$/gm)].map(([, line]) => line!);
const helpOf = (command: Command): string => {
  let text = "";
  command.configureOutput({
    writeOut: (more) => {
      text += more;
    },
  });
  command.outputHelp();
  return text;
};

describe("every command", () => {
  it("is there to look at", () => expect(leaves.length).toBeGreaterThan(35));
  it.each(commands.map((command) => [pathOf(command), command] as const))(
    "%s says in a line what it does",
    (_, command) => {
      expect(command.summary()).toMatch(/^[a-z].*[^.]$/);
      expect(command.summary().length).toBeLessThan(70);
    },
  );
  it.each(
    commands.filter((command) => pathOf(command) !== "version").map((command) => [pathOf(command), command] as const),
  )("%s has examples that the program takes", async (path, command) => {
    const lines = exampleLines(helpOf(command));
    expect(lines.length).toBeGreaterThan(0);
    expect(lines.join("\n")).toContain(`squall ${path}`);
    for (const words of lines.flatMap(callsIn)) await expect(parse(words), words.join(" ")).resolves.toBeUndefined();
  });
  it.each(leaves.map((command) => [pathOf(command), command] as const))(
    "%s describes each option and argument",
    (_, command) => {
      for (const { flags, description } of command.options) expect(description, flags).not.toBe("");
    },
  );
  it("that stands for several has one of them for when none is named, or says so", () => {
    expect(groups.map(pathOf)).toEqual(["schedule", "token", "context"]);
  });
});

describe("the formats of `report`", () => {
  it("are text and every form that is a file", () => {
    const { options } = program().commands.find((command) => command.name() === "report")!;
    const { argChoices } = options.find(({ long }) => long === "--format")!;
    expect(argChoices).toEqual(["text", ...REPORT_FORMAT_NAMES]);
  });
});

describe("the help", () => {
  it("loads no command, no server and no model: its cold start stays short", () => {
    const files = ["program.ts", ...readdirSync(join(ROOT, "cli/program")).map((name) => `program/${name}`)];
    const heavy = files.flatMap((file) =>
      [...readFileSync(join(ROOT, "cli", file), "utf8").matchAll(/^import (?!type )[^;]*? from "([^"]+)"/gm)]
        .map(([, from]) => from!)
        .filter((from) => /\/(commands|session|files|live|report|server|agent|experiments)\//.test(from))
        .filter((from) => !from.endsWith("server/config/settings.ts"))
        .map((from) => `${file}: ${from}`),
    );
    expect(files.length).toBeGreaterThan(6);
    expect(heavy).toEqual([]);
  });
});

describe("docs/cli.md", () => {
  const text = readFileSync(join(ROOT, "docs/cli.md"), "utf8");
  const blocks = [...text.matchAll(/^```sh[^\n]*\n([\s\S]*?)^```$/gm)].map(([, body]) => body!);
  const calls = blocks.flatMap((body) => body.split("\n")).flatMap(callsIn);

  it("shows every command", () => {
    const shown = calls.map((words) => words.join(" "));
    const missing = leaves.map(pathOf).filter((path) => !shown.some((call) => `${call} `.startsWith(`${path} `)));
    expect(missing).toEqual([]);
  });
  it.each(calls.map((words) => [words.join(" "), words] as const))(
    "squall %s is what the program takes",
    async (_, words) => {
      await expect(parse(words)).resolves.toBeUndefined();
    },
  );
});
