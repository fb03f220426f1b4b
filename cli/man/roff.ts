/** Text as roff (man(7)): a page's words are never taken for a request or an escape. */

/** Hyphens as ASCII, so that commands copied from a page can be run. */
const escaped = (text: string): string => text.replaceAll("\\", "\\e").replaceAll("-", "\\-");
/** A line that begins with `.` or `'` would be a request. */
export const roff = (text: string): string =>
  escaped(text)
    .split("\n")
    .map((line) => (/^[.']/.test(line) ? `\\&${line}` : line))
    .join("\n");
/** Argument of a request: a single word, whichever characters the text has. */
export const argument = (text: string): string => `"${roff(text).replaceAll('"', "\\(dq")}"`;
export const bold = (text: string): string => `\\fB${roff(text)}\\fR`;
export const section = (title: string): string => `.SH ${argument(title.toUpperCase())}`;
export const subsection = (title: string): string => `.SS ${argument(title)}`;
export const paragraph = (text: string): string => `.PP\n${roff(text)}`;
/** A term in bold, with the meaning. */
export const entry = (term: string, meaning: string): string => `.TP\n${bold(term)}\n${roff(meaning)}`;
/** Lines printed unchanged. */
export const verbatim = (lines: readonly string[]): string =>
  [".PP", ".nf", ".RS 4", ...lines.map((line) => roff(line) || "\\&"), ".RE", ".fi"].join("\n");
