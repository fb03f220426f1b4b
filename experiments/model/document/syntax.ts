/**
 * YAML that does not parse, explained by the text that was probably meant: the parser names the place where parsing
 * stopped, often lines later.
 */

/** Error of the parser: code, message and offset. */
export interface SyntaxError {
  readonly code: string;
  readonly message: string;
  readonly offset: number;
}
/**
 * Syntax error in words for a person. `isCause`: recognised, so that the parser's errors behind it are mostly echoes.
 */
export interface SyntaxIssue {
  readonly offset: number;
  readonly message: string;
  readonly isCause: boolean;
}

const CLOSING: Readonly<Record<string, string>> = { "{": "}", "[": "]" };
interface Open {
  readonly sign: string;
  readonly offset: number;
}
/**
 * Characters before a sign that decide whether the sign begins a value. Limited, since a whole file may be a single
 * line of signs.
 */
const LOOK_BACK = 200;
/**
 * Places where a flow map, list or quoted text may begin: at a line's start, or behind `-`, `:`, `?` or, inside another
 * flow value, a comma.
 */
const beginsValue = (text: string, offset: number, isInFlow: boolean): boolean => {
  const near = text.slice(Math.max(0, offset - LOOK_BACK), offset);
  const before = near.slice(near.lastIndexOf("\n") + 1);
  return /(?:^|[-?:]\s)\s*$/.test(before) || (isInFlow && /[{[,]\s*$/.test(before));
};
/** Offset behind the quoted text that begins at `offset`, or null where no quote closes the text on the same line. */
const behindQuote = (text: string, offset: number): number | null => {
  const quote = text[offset]!;
  for (let at = offset + 1; at < text.length && text[at] !== "\n"; at++) {
    if (quote === '"' && text[at] === "\\") at++;
    else if (text[at] === quote && quote === "'" && text[at + 1] === "'") at++;
    else if (text[at] === quote) return at + 1;
  }
  return null;
};
/** Braces, brackets and quotes that are open at `until`, outermost first. */
const openAt = (text: string, until: number): readonly Open[] => {
  const open: Open[] = [];
  for (let at = 0; at < until; at++) {
    const sign = text[at]!;
    if (sign === "\n" && /^(?:---|\.\.\.)(?:\s|$)/.test(text.slice(at + 1, at + 5))) open.length = 0;
    else if (sign === "#" && (at === 0 || /\s/.test(text[at - 1]!))) {
      const end = text.indexOf("\n", at);
      if (end < 0) break;
      at = end - 1;
    } else if (sign === CLOSING[open.at(-1)?.sign ?? ""]) open.pop();
    else if (!`{["'`.includes(sign) || !beginsValue(text, at, open.length > 0)) continue;
    else if (CLOSING[sign] !== undefined) open.push({ sign, offset: at });
    else {
      const behind = behindQuote(text, at);
      if (behind === null) return [...open, { sign, offset: at }];
      at = behind - 1;
    }
  }
  return open;
};

/** Line with the error, and the offset where the line begins. */
interface Line {
  readonly start: number;
  readonly text: string;
}
/** Longer lines are not for people; the patterns below would take time with the square of the line's length. */
const LONGEST_LINE = 2_000;
const lineAt = (text: string, offset: number): Line => {
  const start = text.lastIndexOf("\n", offset - 1) + 1;
  const end = text.indexOf("\n", start);
  const last = end < 0 ? text.length : end;
  return { start, text: text.slice(start, Math.min(last, start + LONGEST_LINE)).trimEnd() };
};

type Told = { readonly offset: number; readonly message: string } | null;
type Rule = (error: SyntaxError, text: string, line: Line) => Told;

const tab: Rule = ({ code, offset }) =>
  code === "TAB_AS_INDENT" ? { offset, message: "a tab indents this line: YAML is indented by spaces" } : null;

const conflict: Rule = (_, text) => {
  const found = /^(?:<{7}|={7}|>{7})(?: |$)/m.exec(text);
  return found === null ? null : { offset: found.index, message: "a merge conflict is not resolved here" };
};

const template: Rule = (_, __, { start, text }) => {
  const at = text.search(/\{%|\{\{/);
  return at < 0 ? null : { offset: start + at, message: TEMPLATE };
};
/** Message on a template that another tool should have filled in first. */
export const TEMPLATE =
  // biome-ignore lint/suspicious/noTemplateCurlyInString: this is how variables are written in files
  "`{{ }}` belongs to a template of another tool: render it first, or write a variable of the environment, `${NAME}`";

const VARIABLE = /\$\{[^}"']*\}/;
const variable: Rule = (_, text, line) => {
  const found = VARIABLE.exec(line.text);
  if (found === null) return null;
  const offset = line.start + found.index;
  const open = openAt(text, offset).at(-1);
  if (open === undefined || CLOSING[open.sign] === undefined) return null;
  return {
    offset,
    message: `inside ${open.sign} ${CLOSING[open.sign]} a variable needs quotes: write "${found[0]}", or the ${open.sign === "{" ? "map" : "list"} over several lines`,
  };
};

const NEVER_CLOSED = /must be sufficiently indented and end with a|Missing closing/;
const unclosed: Rule = ({ message, offset }, text) => {
  const open = NEVER_CLOSED.test(message) ? openAt(text, offset).at(-1) : undefined;
  if (open === undefined) return null;
  const closing = CLOSING[open.sign];
  const told =
    closing === undefined
      ? `the ${open.sign === '"' ? "double" : "single"} quote that begins here is never closed`
      : `the \`${open.sign}\` that begins here is never closed: end it with \`${closing}\``;
  return { offset: open.offset, message: told };
};

const behindText: Rule = ({ message, offset }, _, { start, text }) => {
  const quoted = /(?:[:-] +)(['"].*)$/.exec(text);
  if (!/Unexpected scalar at node end/.test(message) || quoted === null) return null;
  const before = text.slice(0, offset - start).trimEnd();
  if (!/['"]$/.test(before)) return null;
  return { offset, message: "text goes on behind the closing quote: put the whole value in one pair of quotes" };
};

const closing: Rule = ({ message, offset }, text) =>
  /Unexpected flow-(?:map|seq)-end/.test(message) && "}]".includes(text[offset] ?? " ")
    ? { offset, message: `the \`${text[offset]}\` here closes nothing: take it away` }
    : null;

/** `name: payments: is slow`. */
const second: Rule = ({ code }, _, { start, text }) => {
  const found = /^(\s*(?:- +)*)([^\s:#'"{[][^:#]*): +([^'"{[\s].*?:(?: .*|$))/.exec(text);
  if (found === null || !["BLOCK_AS_IMPLICIT_KEY", "MULTILINE_IMPLICIT_KEY"].includes(code)) return null;
  const [, indent = "", key = "", value = ""] = found;
  const offset = start + indent.length + text.slice(indent.length).indexOf(value, key.length + 1);
  return {
    offset,
    message: `a second \`: \` in one line: put text in quotes, \`${key}: "${value}"\`, or a map in braces, \`${key}: { ${value} }\``,
  };
};

/** `name: checkout` above deeper keys: a dash is missing, or the keys stand too deep. */
const deeper: Rule = ({ code }, text, { start, text: row }) => {
  const found = /^( *)([\w.-]+: +[^\s'"{[|>&*!].*)$/.exec(row);
  if (found === null || code !== "BLOCK_AS_IMPLICIT_KEY") return null;
  const [, indent = "", entry = ""] = found;
  const next = lineAt(text, start + row.length + 1).text;
  if (next.search(/\S/) <= indent.length) return null;
  return {
    offset: start + indent.length,
    message: `\`${entry}\` has a value, and deeper lines below: begin an entry of a list, \`- ${entry}\`, or let the lines below stand under it`,
  };
};

const colon: Rule = ({ code, offset }, _, { start, text }) => {
  if (code !== "MULTILINE_IMPLICIT_KEY") return null;
  const [, indent = "", key = "", sign = "", value = ""] =
    /^(\s*(?:- +)*)([\w.-]+)\s*(:(?=\S)|=|\s)\s*(.*)$/.exec(text) ?? [];
  if (key === "" || value === "" || value.includes(": ")) return null;
  const missing =
    sign === ":" ? "a space is missing behind the colon" : "a colon and a space are missing behind the key";
  return { offset: Math.min(offset, start + indent.length), message: `${missing}: \`${key}: ${value}\`` };
};

/** Signs with a meaning in YAML where a value begins. */
const quotes: Rule = ({ code, message, offset }, text, line) => {
  if (code === "BAD_ALIAS" || /Alias cannot be/.test(message))
    return { offset, message: 'a `*` that begins a value is an alias of YAML: put it in quotes, "*"' };
  const at = text.slice(line.start, offset).search(/[>|@%`][^\s]*$/);
  const begin = at < 0 ? offset : line.start + at;
  const sign = text[begin] ?? "";
  if (!">|@%`".includes(sign) || !/cannot start with|Block scalar header/.test(message)) return null;
  return {
    offset: begin,
    message: `\`${sign}\` means something to YAML where a value begins: put the value in quotes`,
  };
};

/** Text that flow maps and lists do not take without quotes. */
const inFlow: Rule = ({ code, message, offset }, text, line) => {
  const open = openAt(text, offset).at(-1);
  if (open === undefined || !(code === "BLOCK_IN_FLOW" || /Missing , /.test(message))) return null;
  const at = Math.max(open.offset, line.start);
  return {
    offset: code === "BLOCK_IN_FLOW" ? offset : Math.max(at, offset),
    message: `inside ${open.sign} ${CLOSING[open.sign] ?? ""} keys are parted by commas, and a text with one of [ ] { } , or \`: \` in it needs quotes`,
  };
};

const dash: Rule = ({ message, offset }, text) =>
  /block sequence may not be used/.test(message)
    ? {
        offset: offset + /^\s*/.exec(text.slice(offset))![0].length,
        message: "a `-` begins an entry of a list among the keys of a map: take it away, or indent it below its key",
      }
    : null;

const indent: Rule = ({ message, offset }) =>
  /must start at the same column|Sequence item without -/.test(message)
    ? { offset, message: "this line is indented otherwise than its neighbours: keys of one map stand below each other" }
    : null;

/** Rules in order; the first rule with an explanation wins. */
const RULES: readonly Rule[] = [
  tab,
  conflict,
  template,
  variable,
  unclosed,
  behindText,
  closing,
  second,
  deeper,
  colon,
  quotes,
  inFlow,
  dash,
  indent,
];

/** Issues of a document: each place once, and without the echoes behind the first recognised cause. */
export const explainSyntax = (errors: readonly SyntaxError[], text: string): readonly SyntaxIssue[] => {
  const told = errors.map((error): SyntaxIssue => {
    const line = lineAt(text, error.offset);
    for (const rule of RULES) {
      const found = rule(error, text, line);
      if (found !== null) return { ...found, message: `not valid YAML: ${found.message}`, isCause: true };
    }
    return { offset: error.offset, message: `not valid YAML: ${error.message}`, isCause: false };
  });
  const first = told.findIndex(({ isCause }) => isCause);
  // Errors below a recognised cause are echoes of that cause. A tab is reported again on each line, since every tab
  // must be removed.
  const kept = told.filter(
    ({ message }, i) =>
      first < 0 || i < first || i === first || (message === told[first]!.message && / a tab /.test(message)),
  );
  return [...new Map(kept.map((problem) => [`${problem.offset} ${problem.message}`, problem])).values()];
};
