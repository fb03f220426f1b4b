import { spawnSync } from "node:child_process";
import { type Command, Command as Commander } from "commander";
import { expect, it } from "vitest";
import { PLAIN } from "../../experiments/report/terminal/paint.ts";
import { systemClock } from "../clock.ts";
import { openProgram } from "../program.ts";
import { manPages } from "./pages.ts";

const program = openProgram(
  {
    ...{ cwd: "/", environment: {}, home: "/nowhere", version: "0.0.0", clock: systemClock, readStdin: async () => "" },
    launcher: { echoes: false, watch: () => ({ stop() {} }) },
    output: {
      ...{ out() {}, err() {}, raw() {}, live: false, attended: false },
      ...{
        paint: PLAIN,
        outPaint: PLAIN,
        width: () => 100,
        tableWidth: () => 100,
        lost: async () => null,
        screen: () => null,
      },
    },
  },
  () => {},
);
const pages = manPages(program, "1.2.3");
const commands = program
  .createHelp()
  .visibleCommands(program)
  .filter((command) => command.name() !== "help");
const every = (command: Command): Command[] => [command, ...command.commands.flatMap(every)];

it("has a page for each command, with every option and what its help ends with", () => {
  expect([...pages.keys()].toSorted()).toEqual(
    ["squall.1", ...commands.map((command) => `squall-${command.name()}.1`)].toSorted(),
  );
  for (const command of commands) {
    const page = pages.get(`squall-${command.name()}.1`)!.replaceAll("\\-", "-");
    for (const { options } of every(command))
      for (const { flags, hidden } of options) if (!hidden) expect(page).toContain(`\\fB${flags}\\fR`);
  }
  expect(pages.get("squall-run.1")).toContain('.SH "EXIT CODES"');
  expect(pages.get("squall.1")).toContain('"squall 1.2.3"');
});

const hasGroff = spawnSync("groff", ["--version"]).status === 0;
const LEFT_OUT = hasGroff ? "" : " (left out: no groff)";
it.skipIf(!hasGroff)(`is written so that groff has nothing to say against it${LEFT_OUT}`, () => {
  const told = spawnSync("groff", ["-man", "-k", "-Tutf8", "-ww", "-z"], {
    input: [...pages.values()].join("\n"),
    encoding: "utf8",
  });
  expect(told).toMatchObject({ status: 0, stderr: "" });
});
it.skipIf(!hasGroff)(`shows words of a page as they stand, whatever they are to roff${LEFT_OUT}`, () => {
  const odd = new Commander("odd").description('.so /etc/passwd\n\'br\n\\fBbold\\n(.$ "quoted" a-b …→');
  odd.option("--x <a\\b>", ".TH forged");
  const page = manPages(odd, '"')!.get("odd.1")!;
  const shown = spawnSync("groff", ["-man", "-k", "-Tutf8", "-P-cbou"], { input: page, encoding: "utf8" });
  for (const words of [".so /etc/passwd", "'br", '\\fBbold\\n(.$ "quoted" a-b …→', "--x <a\\b>", ".TH forged"])
    expect(shown.stdout).toContain(words);
});
