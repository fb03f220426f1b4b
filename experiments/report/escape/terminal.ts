/**
 * The only way for foreign text to a terminal: made printable, and kept from being taken for a command of a CI runner.
 */
import { printable } from "../../model/text/printable.ts";

/**
 * GitHub's runner obeys lines that begin with `::name`, and `##[name]` anywhere in a line. A long text may be wrapped
 * at any place, so both commands are broken up everywhere.
 */
const withoutCommands = (text: string): string =>
  text.replaceAll("##[", "#\\u{0023}[").replace(/::(?=[A-Za-z])/g, ":\\u{003a}");

/** Text as a single line of visible characters. */
export const terminal = (text: string): string => withoutCommands(printable(text));

/** Several lines, each made safe separately; for texts of Squall's own that quote files. */
export const terminalLines = (text: string): string => text.split("\n").map(terminal).join("\n");
