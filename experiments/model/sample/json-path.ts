/**
 * JSON paths (RFC 9535) by the npm package `json-p3`, with `match()` and `search()` replaced: the package's own
 * functions compile text from the *document* to JavaScript's backtracking expressions. The regular expressions of the
 * RFC are I-Regexp (RFC 9485).
 */
import { FunctionExpressionType, JSONPathEnvironment, type JSONValue } from "json-p3";
import { compileRegex, compileSearch, type FitsRegex } from "../match/regex.ts";

/** Most characters of a path. The parser recurses for each bracket. */
const LONGEST_PATH = 1_024;
/** Deepest document under `..`; the package visits recursively, and gives up with an error at the limit. */
const DEEPEST = 500;
/** Number of compiled expressions that are cached: a filter meets the same expression at each node. */
const KEPT = 10;

/** RFC 9485, section 5.4: a dot outside a class is any character but line ends. The rest is RE2 already. */
const toRe2 = (pattern: string): string =>
  pattern.replace(/\\[\s\S]|\[(?:\\[\s\S]|[^\]\\])*\]|\./g, (token) => (token === "." ? "[^\\n\\r]" : token));
/** A filter that tests a text against a pattern; an invalid expression fits no text (RFC 9535, section 2.4.6). */
const regexFilter = (compile: (source: string) => FitsRegex) => {
  const known = new Map<string, FitsRegex>();
  const compileIfValid = (pattern: string): FitsRegex => {
    try {
      return compile(toRe2(pattern));
    } catch {
      return () => false;
    }
  };
  const compiled = (pattern: string): FitsRegex => {
    const fits = known.get(pattern) ?? compileIfValid(pattern);
    if (!known.has(pattern) && known.size >= KEPT) known.delete(known.keys().next().value!);
    known.set(pattern, fits);
    return fits;
  };
  return {
    argTypes: [FunctionExpressionType.ValueType, FunctionExpressionType.ValueType],
    returnType: FunctionExpressionType.LogicalType,
    call: (text: unknown, pattern: unknown): boolean =>
      typeof text === "string" && typeof pattern === "string" && compiled(pattern)(text),
  };
};

/** Opened at the first path, since most files have none. */
let environment: JSONPathEnvironment | null = null;
const openEnvironment = (): JSONPathEnvironment => {
  const opened = new JSONPathEnvironment({ maxRecursionDepth: DEEPEST });
  opened.functionRegister.set("match", regexFilter(compileRegex));
  opened.functionRegister.set("search", regexFilter(compileSearch));
  return opened;
};

/** The first node that a path leads to; undefined: none. Throws a sentence on a path that does not compile. */
export const compileJsonPath = (path: string): ((document: JSONValue) => JSONValue | undefined) => {
  if (path.length > LONGEST_PATH)
    throw new Error(`the JSON path is too long: ${path.length} characters, ${LONGEST_PATH} at most`);
  try {
    environment ??= openEnvironment();
    const query = environment.compile(path);
    return (document) => query.query(document).values()[0];
  } catch (error) {
    throw new Error(`the JSON path ${JSON.stringify(path)} is not RFC 9535: ${(error as Error).message}`);
  }
};
