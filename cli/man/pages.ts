/** Manual pages (man(7)) of the command line, made by the build from the commands themselves, so that they cannot fall behind. */
import type { EventEmitter } from "node:events";
import type { Command, Option } from "commander";
import { argument, bold, entry, paragraph, roff, section, subsection, verbatim } from "./roff.ts";

const nameOf = (command: Command): string =>
  command.parent === null ? command.name() : `${nameOf(command.parent)}-${command.name()}`;
const visible = (command: Command): readonly Command[] =>
  command
    .createHelp()
    .visibleCommands(command)
    .filter((each) => each.name() !== "help");

/** By the heading that the help has them under, in its order. */
const grouped = <T>(items: readonly T[], headingOf: (item: T) => string | undefined, other: string) => {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const heading = (headingOf(item) ?? other).replace(/:$/, "");
    groups.set(heading, [...(groups.get(heading) ?? []), item]);
  }
  return [...groups];
};
const optionLines = (command: Command, heading: (title: string) => string): string[] => {
  const help = command.createHelp();
  const options = grouped<Option>(help.visibleOptions(command), ({ helpGroupHeading }) => helpGroupHeading, "Options");
  return options.flatMap(([title, own]) => [
    heading(title),
    ...own.map((option) => entry(help.optionTerm(option), help.optionDescription(option))),
  ]);
};
/** The help ends with examples, notes and exit codes: lines at the margin are prose, those that end with `:` titles. */
const afterLines = (command: Command, heading: (title: string) => string): string[] => {
  let text = "";
  // Commander keeps these texts as listeners, and has no other way to them.
  (command as unknown as EventEmitter).emit("afterHelp", {
    ...{ error: false, command },
    write: (part: string) => {
      text += part;
    },
  });
  return text.split(/\n{2,}/).flatMap((block) => {
    const lines = block.split("\n").filter((line) => line.trim() !== "");
    const title = lines[0] !== undefined && /^\S.*:$/.test(lines[0]) ? lines.shift()! : null;
    const body =
      lines.length === 0
        ? []
        : /^\s/.test(lines[0]!)
          ? verbatim(lines.map((line) => line.trim()))
          : paragraph(lines.join("\n"));
    return [...(title === null ? [] : [heading(title.slice(0, -1))]), body].flat();
  });
};
const summaryOf = (command: Command): string => command.summary() || command.description();
const synopsis = (command: Command): string => `${bold(command.createHelp().commandUsage(command))}\n.br`;

/** Commands below a command have their part of its page. */
const partOf = (command: Command): string[] => [
  subsection(nameOf(command).replaceAll("-", " ")),
  paragraph(command.description()),
  ...optionLines(command, (title) => paragraph(`${title}:`)),
  ...afterLines(command, (title) => paragraph(`${title}:`)),
];
const pageOf = (command: Command, version: string): string => {
  const below = visible(command);
  const isRoot = command.parent === null;
  const leaves = isRoot ? [command] : [command, ...below];
  const listed = grouped(below, (each) => each.helpGroup(), "Commands");
  const commands = isRoot
    ? listed.flatMap(([title, own]) => [section(title), ...own.map((each) => entry(each.name(), summaryOf(each)))])
    : below.length === 0
      ? []
      : [section("Commands"), ...below.flatMap(partOf)];
  const others = isRoot ? below.map(nameOf) : [nameOf(command.parent!)];
  return `${[
    `.TH ${argument(nameOf(command).toUpperCase())} 1 "" ${argument(`squall ${version}`)} "Squall"`,
    section("Name"),
    `${roff(nameOf(command))} \\- ${roff(summaryOf(command))}`,
    section("Synopsis"),
    ...leaves.map(synopsis),
    section("Description"),
    paragraph(command.description()),
    ...commands,
    ...optionLines(command, section),
    ...afterLines(command, section),
    section("See also"),
    others.map((name) => `${bold(name)}(1)`).join(",\n"),
  ].join("\n")}\n`;
};

/** By file name: `squall.1`, and one for each command. */
export const manPages = (program: Command, version: string): ReadonlyMap<string, string> =>
  new Map([program, ...visible(program)].map((command) => [`${nameOf(command)}.1`, pageOf(command, version)]));
