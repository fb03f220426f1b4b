/** Matches and patterns, compiled. Without the schemas of `match.ts`: agents match requests and must not load zod for it. */
import type { Match, Pattern, RequestView } from "./match.ts";
import { compileRegex } from "./regex.ts";

export type CompiledPattern = (value: string | undefined) => boolean;
export type CompiledMatch = (view: RequestView) => boolean;

/** Longer values of a request match nothing: what a match costs must not be up to who sends the request. */
const LONGEST_VALUE = 8_192;

/** Every form means the whole value. Throws a sentence on a regular expression that it does not understand. */
export const compilePattern = (wanted: Pattern): CompiledPattern => {
  if (typeof wanted === "string")
    return present(wanted.includes("*") ? compileGlob(wanted) : (value) => value === wanted);
  if ("absent" in wanted) return (value) => value === undefined;
  return present(compileRegex(wanted.regex));
};
const present =
  (fits: (value: string) => boolean): CompiledPattern =>
  (value) =>
    value !== undefined && fits(value);

/** `*` stands for any text, also none, `/` too. Each part is looked for behind the one before: linear, never backtracks. */
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

/** Every key must match; `not` refuses what its keys together match. Nothing is looked at twice, nothing asked for that no key needs. */
export const compileMatch = (wanted: Match): CompiledMatch => {
  const { not, ...keys } = wanted;
  const fits = compileKeys(keys);
  if (not === undefined) return fits;
  const refused = compileKeys(not);
  return (view) => fits(view) && !refused(view);
};
const bounded = (wanted: Pattern): CompiledPattern => {
  const fits = compilePattern(wanted);
  return (value) => (value === undefined || value.length <= LONGEST_VALUE) && fits(value);
};
const compileKeys = ({ method, path, host, query, headers }: Omit<Match, "not">): CompiledMatch => {
  const tests: CompiledMatch[] = [];
  if (method !== undefined) {
    const fits = bounded(method);
    tests.push((view) => fits(view.method));
  }
  if (path !== undefined) {
    const fits = bounded(path);
    tests.push((view) => fits(view.path));
  }
  if (host !== undefined) {
    const fits = bounded(host);
    tests.push((view) => {
      const given = view.header("host");
      return fits(given) || (given !== undefined && fits(given.replace(/:\d+$/, "")));
    });
  }
  for (const [name, wantedValue] of Object.entries(headers ?? {})) {
    const fits = bounded(wantedValue);
    const key = name.toLowerCase();
    tests.push((view) => fits(view.header(key)));
  }
  const asked = Object.entries(query ?? {}).map(([key, value]) => ({ key, fits: bounded(value) }));
  if (asked.length > 0)
    tests.push((view) => {
      const given = queryOf(view.query);
      // A key that is repeated matches if any of its values does.
      return asked.every(({ key, fits }) => (given.get(key) ?? [undefined]).some(fits));
    });
  return (view) => tests.every((test) => test(view));
};

/** Keys and values decoded as forms do (`+` is a space); what is wrongly escaped stays as it came. */
const queryOf = (query: string): ReadonlyMap<string, readonly string[]> => {
  const values = new Map<string, string[]>();
  if (query === "" || query.length > LONGEST_VALUE) return values;
  for (const pair of query.split("&")) {
    const equals = pair.indexOf("=");
    const key = decoded(equals < 0 ? pair : pair.slice(0, equals));
    const value = equals < 0 ? "" : decoded(pair.slice(equals + 1));
    const known = values.get(key);
    if (known === undefined) values.set(key, [value]);
    else known.push(value);
  }
  return values;
};
const decoded = (text: string): string => {
  const spaced = text.replaceAll("+", " ");
  try {
    return decodeURIComponent(spaced);
  } catch {
    return spaced;
  }
};
