/**
 * Foreign text made fit for a line of a log or a terminal: names, reasons and messages come from files and from the
 * network. Control characters would move the cursor or recolour the text that follows; direction marks and invisible
 * characters would display another name than the intended name; a line break would forge a log line.
 */
export const HARMFUL =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are the subject
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|[\u{e0000}-\u{e007f}]|\p{Cs}/gu;

const NAMED: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };
const visible = (character: string): string =>
  NAMED[character] ?? `\\u{${character.codePointAt(0)!.toString(16).padStart(4, "0")}}`;

/** Text as a single line of visible characters. */
export const printable = (text: string): string => text.replace(HARMFUL, visible);

const unit = (character: string, index: number): string =>
  `\\u${character.charCodeAt(index).toString(16).padStart(4, "0")}`;
/** The same JSON on a single line of visible text: characters that JSON leaves raw become `\uXXXX`. */
export const printableJson = (json: string): string =>
  json.replace(HARMFUL, (character) => Array.from({ length: character.length }, (_, i) => unit(character, i)).join(""));
