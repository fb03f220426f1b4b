/**
 * Matches and patterns, compiled. Without the schemas of `match.ts`: agents match requests and must not load zod for
 * that.
 */
import type { Match, Pattern, RequestView } from "./match.ts";
import { compileHotRegex, compileRegex } from "./regex.ts";

export type CompiledPattern = (value: string | undefined) => boolean;
export type CompiledMatch = (view: RequestView) => boolean;

/**
 * Longer values never match: the sender of a request or an answer must not control the cost of a match. As long as a
 * whole head, since globs are matched in linear time; a regular expression has a bound of its own.
 */
const LONGEST_VALUE = 65_536;

/** Every form means the whole value. Throws a sentence on a regular expression that is not understood. */
export const compilePattern = (wanted: Pattern): CompiledPattern => {
  if (typeof wanted === "string")
    return present(wanted.includes("*") ? compileGlob(wanted) : (value) => value === wanted);
  if ("absent" in wanted) return (value) => value === undefined;
  return present(compileRegex(wanted.regex));
};
/** Patterns for values from any sender: values that are too long to match in bounded time never match. */
const compileHotPattern = (wanted: Pattern): HotPattern => {
  const isRegex = typeof wanted === "object" && "regex" in wanted;
  const { fits, longest } = isRegex
    ? boundedRegex(wanted.regex)
    : { fits: compilePattern(wanted), longest: LONGEST_VALUE };
  return (value, spent = 0) => (value === undefined || spent + value.length <= longest) && fits(value);
};
/** `spent`: characters that were matched for the same key before. */
type HotPattern = (value: string | undefined, spent?: number) => boolean;
const boundedRegex = (source: string) => {
  const { fits, longest } = compileHotRegex(source);
  return { fits: present(fits), longest: Math.min(longest, LONGEST_VALUE) };
};
/** Pattern for a single value: a response header. */
export const compileHeader = (wanted: Pattern): CompiledPattern => {
  const fits = compileHotPattern(wanted);
  return (value) => fits(value);
};
const present =
  (fits: (value: string) => boolean): CompiledPattern =>
  (value) =>
    value !== undefined && fits(value);

/**
 * `*` stands for any text, including empty text and `/`. Each part is searched behind the part before: linear, never
 * backtracks.
 */
const compileGlob = (glob: string): ((value: string) => boolean) => {
  const parts = glob.split("*");
  const first = parts[0]!;
  const last = parts.at(-1)!;
  const middle = parts.slice(1, -1).filter((part) => part !== "");
  return (value) => {
    if (value.length < first.length + last.length || !value.startsWith(first) || !value.endsWith(last)) return false;
    const end = value.length - last.length;
    let at = first.length;
    for (const part of middle) {
      const found = value.indexOf(part, at);
      if (found < 0 || found + part.length > end) return false;
      at = found + part.length;
    }
    return true;
  };
};

/**
 * Every key must match; `not` refuses requests that its keys together match. Each value is read at most once, and only
 * if a key needs the value.
 */
export const compileMatch = (wanted: Match): CompiledMatch => {
  const { not, ...keys } = wanted;
  const fits = compileKeys(keys);
  if (not === undefined) return fits;
  const refused = compileKeys(not);
  return (view) => fits(view) && !refused(view);
};
const compileKeys = ({ method, path, host, query, headers, baggage }: Omit<Match, "not">): CompiledMatch => {
  const tests: CompiledMatch[] = [];
  if (method !== undefined) {
    const fits = compileHotPattern(method);
    tests.push((view) => fits(view.method));
  }
  if (path !== undefined) {
    const fits = compileHotPattern(path);
    tests.push((view) => fits(view.path));
  }
  if (host !== undefined) {
    const fits = compileHotPattern(host);
    tests.push((view) => {
      const given = view.header("host");
      return fits(given) || (given !== undefined && fits(given.replace(/:\d+$/, "")));
    });
  }
  for (const [name, wantedValue] of Object.entries(headers ?? {})) {
    const fits = compileHotPattern(wantedValue);
    const key = name.toLowerCase();
    tests.push((view) => fits(view.header(key)));
  }
  if (query !== undefined) tests.push(compileValues(query, (view) => queryOf(view.query)));
  if (baggage !== undefined) tests.push(compileValues(baggage, (view) => baggageOf(view.header("baggage") ?? "")));
  return (view) => tests.every((test) => test(view));
};

type Values = ReadonlyMap<string, readonly string[]>;
/** A repeated key matches if any of the values does. */
const compileValues = (
  wanted: Readonly<Record<string, Pattern>>,
  valuesOf: (view: RequestView) => Values,
): CompiledMatch => {
  const asked = Object.entries(wanted).map(([key, value]) => ({ key, fits: compileHotPattern(value) }));
  return (view) => {
    const given = valuesOf(view);
    return asked.every(({ key, fits }) => anyFits(given.get(key), fits));
  };
};
const anyFits = (values: readonly string[] | undefined, fits: HotPattern): boolean => {
  if (values === undefined) return fits(undefined);
  // Total length is bounded, since a thousand short values cost as much as a long value.
  let spent = 0;
  return values.some((value) => {
    const isFit = fits(value, spent);
    spent += value.length + 1;
    return isFit;
  });
};

/** `key=value;property, …` (W3C Baggage, section 3.3.1): values are percent-encoded, properties are not looked at. */
const baggageOf = (header: string): Values => {
  const values = new Map<string, string[]>();
  if (header.length > LONGEST_VALUE) return values;
  for (const member of header.split(",")) {
    const [pair = ""] = member.split(";");
    const equals = pair.indexOf("=");
    if (equals > 0) collect(values, pair.slice(0, equals).trim(), unescaped(pair.slice(equals + 1).trim()));
  }
  return values;
};
/** Keys and values decoded as forms do (`+` is a space); text with wrong escapes stays unchanged. */
const queryOf = (query: string): Values => {
  const values = new Map<string, string[]>();
  if (query === "" || query.length > LONGEST_VALUE) return values;
  for (const pair of query.split("&")) {
    const equals = pair.indexOf("=");
    const key = decoded(equals < 0 ? pair : pair.slice(0, equals));
    const value = equals < 0 ? "" : decoded(pair.slice(equals + 1));
    collect(values, key, value);
  }
  return values;
};
const collect = (values: Map<string, string[]>, key: string, value: string): void => {
  const known = values.get(key);
  if (known === undefined) values.set(key, [value]);
  else known.push(value);
};
const decoded = (text: string): string => unescaped(text.replaceAll("+", " "));
const unescaped = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};
