/**
 * Reach of a PromQL query: the age of the oldest samples that the query's value rests on. A probe sample within a reach
 * of a phase's start still averages over the time before that start (PROOF.md 4). Grammar: Prometheus,
 * promql/parser/generated_parser.y.
 */

/** Units in the order in which a compound such as `1h30m` must name them. */
const UNITS: readonly (readonly [unit: string, ms: number])[] = [
  ["y", 31_536_000_000],
  ["w", 604_800_000],
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["m", 60_000],
  ["s", 1_000],
  ["ms", 1],
];
const COMPOUND = new RegExp(`^${UNITS.map(([unit]) => `(?:(\\d+)${unit})?`).join("")}$`);
/** Plain seconds, as Prometheus 3 accepts for a duration. */
const SECONDS = /^\d+(?:\.\d*)?(?:e\d+)?$/i;

/**
 * `5m`, `1h30m`, `90` → milliseconds; null for a text that is no duration, including an expression such as `2 * 5m`.
 */
const durationOf = (text: string): number | null => {
  if (SECONDS.test(text)) return Number(text) * 1_000;
  const parts = text === "" ? null : COMPOUND.exec(text);
  if (parts === null) return null;
  return UNITS.reduce((sum, [, ms], index) => sum + Number(parts[index + 1] ?? 0) * ms, 0);
};

/**
 * Comments, quoted text (raw in backticks), names, numbers with units, `[…]`, and every other sign as a separate token.
 */
const TOKEN =
  /#[^\n]*|"(?:[^"\\]|\\[\s\S])*"|'(?:[^'\\]|\\[\s\S])*'|`[^`]*`|[a-zA-Z_:][a-zA-Z0-9_:]*|[0-9.][0-9a-zA-Z_.]*|\[[^\]]*\]|[^\s]/g;
const tokensOf = (query: string): readonly string[] =>
  (query.match(TOKEN) ?? []).filter((token) => !token.startsWith("#"));

/** Words before a list of labels in parentheses, which holds no expression. */
const LABEL_LISTS: ReadonlySet<string> = new Set(["by", "without", "on", "ignoring", "group_left", "group_right"]);
/** Modifiers of a range that widen the range by a look-back which only the server knows. */
const WIDENING: ReadonlySet<string> = new Set(["anchored", "smoothed"]);

/** Operands within a pair of parentheses, or of the query as a whole. Negative infinity: no operand yet. */
interface Level {
  /** The farthest of the operands that are complete. */
  reachMs: number;
  /** The operand that the next `[…]` or `offset` belongs to. */
  operandMs: number;
}
const NONE = Number.NEGATIVE_INFINITY;
const newLevel = (): Level => ({ reachMs: NONE, operandMs: NONE });
const farthest = ({ reachMs, operandMs }: Level): number => Math.max(reachMs, operandMs);
const begin = (level: Level, operandMs: number): void => {
  level.reachMs = farthest(level);
  level.operandMs = operandMs;
};

/** Look-back of `[5m]`, or of the subquery `[1h:5m]`; null when the range cannot be read. */
const rangeOf = (token: string): number | null => {
  const [range = "", step, ...rest] = token
    .slice(1, -1)
    .replace(/#[^\n]*/g, "")
    .split(":")
    .map((part) => part.trim());
  if (rest.length > 0 || (step !== undefined && step !== "" && durationOf(step) === null)) return null;
  return durationOf(range);
};

/** The index behind the sign `close`, searched from `from`; null: no such sign. */
const behind = (tokens: readonly string[], from: number, close: string): number | null => {
  const end = tokens.indexOf(close, from);
  return end < 0 ? null : end + 1;
};

type Offset = { readonly ms: number; readonly length: number } | "name" | "unknown";
/**
 * The `offset` at `index`: its shift and number of tokens, or a metric of that name, or a shift that is an expression.
 */
const offsetAt = (tokens: readonly string[], index: number): Offset => {
  const sign = tokens[index + 1];
  const isSigned = sign === "-" || sign === "+";
  const amount = tokens[index + (isSigned ? 2 : 1)] ?? "";
  if (!/^[0-9.]/.test(amount)) return isSigned || amount === "(" ? "unknown" : "name";
  const ms = durationOf(amount);
  return ms === null ? "unknown" : { ms: sign === "-" ? -ms : ms, length: isSigned ? 3 : 2 };
};

const isName = (token: string | undefined): boolean => token !== undefined && /^[a-zA-Z_:]/.test(token);
const isLabelList = (tokens: readonly string[], index: number): boolean =>
  tokens[index + 1] === "(" && LABEL_LISTS.has((tokens[index] ?? "").toLowerCase());
/** True: a function or an aggregation, with arguments in the parentheses behind the name. */
const isCall = (tokens: readonly string[], index: number): boolean =>
  tokens[index + 1] === "(" || isLabelList(tokens, index + 1);
/** Closing signs without an opening sign. */
const STRAY: ReadonlySet<string> = new Set(["]", "}"]);
/** Quotes without a closing quote. */
const QUOTES: ReadonlySet<string> = new Set(['"', "'", "`"]);

/** Reads the token at `index` into the levels; the answer is the next index, or null when the reach is unknown. */
const read = (tokens: readonly string[], index: number, levels: Level[]): number | null => {
  const token = tokens[index]!;
  const level = levels.at(-1)!;
  if (token === "@" || STRAY.has(token)) return null;
  if (token === "(") {
    levels.push(newLevel());
    return index + 1;
  }
  if (token === ")") {
    levels.pop();
    const outer = levels.at(-1);
    if (outer === undefined) return null;
    // Without arguments, the call reads no samples.
    begin(outer, farthest(level) === NONE ? 0 : farthest(level));
    return index + 1;
  }
  if (token === "{") {
    if (!isName(tokens[index - 1])) begin(level, 0);
    return behind(tokens, index + 1, "}");
  }
  if (token.startsWith("[")) {
    const ms = rangeOf(token);
    if (ms === null || level.operandMs === NONE || WIDENING.has((tokens[index + 1] ?? "").toLowerCase())) return null;
    level.operandMs += ms;
    return index + 1;
  }
  if (isLabelList(tokens, index)) return behind(tokens, index + 2, ")");
  const offset = token.toLowerCase() === "offset" ? offsetAt(tokens, index) : "name";
  if (offset === "unknown") return null;
  if (offset !== "name") {
    level.operandMs += offset.ms;
    return level.operandMs === NONE ? null : index + offset.length;
  }
  if (/^[0-9]/.test(token) || (isName(token) && !isCall(tokens, index))) begin(level, 0);
  return index + 1;
};

/**
 * Longest look-back of the value of `query` in milliseconds: ranges, subqueries and offsets, summed where nested, and a
 * scrape interval, by which the newest sample may be old. null: unknown, because the query pins a time by `@`, writes a
 * duration as an expression, or does not parse.
 */
export const reachOf = (query: string, scrapeMs: number): number | null => {
  const tokens = tokensOf(query);
  if (tokens.some((token) => QUOTES.has(token))) return null;
  // A stack of our own: how deep a query nests is not ours to say.
  const levels = [newLevel()];
  for (let index: number | null = 0; index < tokens.length; ) {
    index = read(tokens, index, levels);
    if (index === null) return null;
  }
  const [whole, ...open] = levels;
  return open.length > 0 || farthest(whole!) === NONE ? null : Math.max(0, farthest(whole!)) + scrapeMs;
};
