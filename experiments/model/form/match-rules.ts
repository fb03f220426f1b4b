/**
 * Matches that no request can ever fit, though each field is well formed: a fault behind such a match would never hit.
 */

import { type DocumentPath, type Issue, quote } from "../document/issue.ts";
import type { Match, Pattern } from "../match/match.ts";

const METHODS: readonly string[] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "CONNECT", "TRACE"];
interface Wrong {
  readonly message: string;
  readonly suggestion?: string;
}
const isRegex = (pattern: Pattern): pattern is { regex: string } => typeof pattern === "object" && "regex" in pattern;
const isAbsent = (pattern: Pattern) => typeof pattern === "object" && "absent" in pattern;
/** `(?i)` and escapes aside, which characters the whole value begins with; null where that takes more than a look. */
const literalStart = ({ regex }: { readonly regex: string }): string | null => {
  const [, start] = /^\^?([A-Za-z0-9_-])(?![?*{|])[^|]*$/.exec(regex) ?? [];
  return start ?? null;
};

const ofMethod = (pattern: Pattern): Wrong | null => {
  if (isAbsent(pattern)) return { message: "every request has a method: this matches nothing" };
  if (typeof pattern !== "string") return null;
  const known = METHODS.includes(pattern.toUpperCase()) ? pattern.toUpperCase() : undefined;
  if (pattern === known || pattern.includes("*")) return null;
  if (known !== undefined)
    return { message: `methods are written in capitals: ${quote(pattern)} matches nothing`, suggestion: known };
  if (/[\s,|^/]/.test(pattern) || pattern === "")
    return { message: `${quote(pattern)} is no method and matches nothing: for several write { regex: "GET|POST" }` };
  return null;
};

/** Paths that no request has: `stock`, `^/stock`, `/stock?id=1`. Matched is the request's path without query and fragment. */
const ofPath = (pattern: Pattern): Wrong | null => {
  if (isAbsent(pattern)) return { message: "every request has a path: this matches nothing" };
  if (isRegex(pattern)) {
    const start = literalStart(pattern);
    const message = `a path begins with "/", and this expression means the whole of it: ${quote(pattern.regex)} matches nothing`;
    return start === null ? null : { message };
  }
  const text = pattern as string;
  if (/^\^|\$$/.test(text)) {
    const inner = text.replace(/^\^|\$$/g, "");
    return {
      message: `\`^\` and \`$\` belong to regular expressions, and ${quote(text)} is none: write ${quote(inner)}, with a \`*\` where more may follow, or { regex: ${quote(inner)} }`,
    };
  }
  if (text.includes("?"))
    return {
      message: `a path is matched without its query: ${quote(text)} matches nothing; write { path: ${quote(text.slice(0, text.indexOf("?")))}, query: { … } }`,
    };
  if (/^https?:\/\//.test(text))
    return {
      message: `a path is matched without scheme and host: ${quote(text)} matches nothing; the host goes under \`host\``,
    };
  if (/[\s#]/.test(text)) return { message: `a path has no spaces and no "#": ${quote(text)} matches nothing` };
  if (text === "" || !/^[/*]/.test(text))
    return {
      message: `a path begins with "/": ${quote(text)} matches nothing`,
      ...(text === "" ? {} : { suggestion: `/${text}` }),
    };
  return null;
};

const ofHost = (pattern: Pattern): Wrong | null => {
  if (typeof pattern !== "string") return null;
  const host = pattern.replace(/^[a-z]+:\/\//, "").replace(/\/.*$/, "");
  return host === pattern && pattern !== ""
    ? null
    : {
        message: `a host has neither scheme nor path: ${quote(pattern)} matches nothing`,
        ...(host === "" ? {} : { suggestion: host }),
      };
};

const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const OF: { readonly [K in "method" | "path" | "host"]: (pattern: Pattern) => Wrong | null } = {
  method: ofMethod,
  path: ofPath,
  host: ofHost,
};
type Keys = Omit<Match, "not">;
const ofKeys = (keys: Keys, path: DocumentPath): Issue[] => [
  ...(["method", "path", "host"] as const).flatMap((key): Issue[] => {
    const pattern = keys[key];
    const wrong = pattern === undefined ? null : OF[key](pattern);
    return wrong === null ? [] : [{ path: [...path, key], ...wrong }];
  }),
  ...Object.keys(keys.headers ?? {})
    .filter((name) => !TOKEN.test(name))
    .map(
      (name): Issue => ({
        path: [...path, "headers", name],
        at: "key",
        message: `expected a header name, got ${quote(name)}: no request has one`,
      }),
    ),
];
const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);

/** Issues of a match that keep every request from fitting. */
export const matchIssues = ({ not, ...keys }: Match, path: DocumentPath): Issue[] => {
  const refused = Object.entries(not ?? {});
  const isEmpty = refused.length > 0 && refused.every(([key, pattern]) => same(keys[key as keyof Keys], pattern));
  const contradiction: Issue = {
    path: [...path, "not"],
    at: "key",
    message: "`not` refuses just what the other keys ask for: this matches nothing",
  };
  return [
    ...ofKeys(keys, path),
    ...(not === undefined ? [] : ofKeys(not, [...path, "not"])),
    ...(isEmpty ? [contradiction] : []),
  ];
};
