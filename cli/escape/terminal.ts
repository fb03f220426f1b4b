/**
 * The one way for foreign text to a terminal: names, reasons and log lines come from files and from the network. Control
 * characters would move the cursor or recolour what follows; direction marks and invisible characters would show another
 * name than the one that is meant; a line break would forge a line of ours.
 */
export const HARMFUL =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this is about
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|[\u{e0000}-\u{e007f}]|\p{Cs}/gu;

const NAMED: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };
const visible = (character: string): string =>
  NAMED[character] ?? `\\u{${character.codePointAt(0)!.toString(16).padStart(4, "0")}}`;

/**
 * GitHub's runner obeys lines that begin with `::name` and `##[name]` anywhere in a line. A long text may be wrapped at any
 * place, so both are broken up wherever they stand.
 */
const withoutCommands = (text: string): string =>
  text.replaceAll("##[", "#\\u{0023}[").replace(/::(?=[A-Za-z])/g, ":\\u{003a}");

/** One line of visible text. */
export const terminal = (text: string): string => withoutCommands(text.replace(HARMFUL, visible));

/** Several lines, each made safe by itself; for texts of our own that quote files. */
export const terminalLines = (text: string): string => text.split("\n").map(terminal).join("\n");
