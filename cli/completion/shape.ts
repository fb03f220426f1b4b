/**
 * The command line's shape for completion, as data: the build derives the shape from the declarations, so that a
 * keypress loads no declaration.
 */
import type { Argument, Command, Option } from "commander";

export interface OptionShape {
  readonly long: string | null;
  readonly short: string | null;
  readonly flags: string;
  readonly description: string;
  readonly takesValue: boolean;
  readonly choices: readonly string[] | null;
  readonly hidden: boolean;
}
export interface ArgumentShape {
  readonly name: string;
  readonly variadic: boolean;
}
export interface CommandShape {
  readonly name: string;
  readonly description: string;
  readonly hidden: boolean;
  readonly options: readonly OptionShape[];
  readonly arguments: readonly ArgumentShape[];
  readonly commands: readonly CommandShape[];
}

const optionShape = (
  { long, short, flags, description, required, optional, argChoices }: Option,
  visible: boolean,
) => ({
  ...{ long: long ?? null, short: short ?? null, flags, description },
  ...{ takesValue: required || optional, choices: argChoices ?? null, hidden: !visible },
});
const argumentShape = (argument: Argument): ArgumentShape => ({
  name: argument.name(),
  variadic: argument.variadic,
});
/** Items that help shows come first, in the order of the help, `--help` and `help` included. */
const inOrder = <T>(visible: readonly T[], all: readonly T[]): readonly T[] => [
  ...visible,
  ...all.filter((one) => !visible.includes(one)),
];

export const shapeOf = (command: Command, isVisible = true): CommandShape => {
  const help = command.createHelp();
  const [options, commands] = [help.visibleOptions(command), help.visibleCommands(command)];
  return {
    ...{ name: command.name(), description: command.summary() || command.description(), hidden: !isVisible },
    options: inOrder(options, command.options).map((option) => optionShape(option, options.includes(option))),
    arguments: command.registeredArguments.map(argumentShape),
    commands: inOrder(commands, command.commands).map((child) => shapeOf(child, commands.includes(child))),
  };
};
