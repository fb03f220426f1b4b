/** Limits on data, regardless of the source: the same for YAML, for JSON, and for stored data. */

import type { DocumentPath, Issue } from "../document/issue.ts";
import { DEEPEST, REFUSED_KEYS, refusedKey } from "../document/nodes.ts";
import { LONGEST_REGEX, MOST_COST, regexCost } from "../match/regex.ts";

/**
 * Most values of a document, including maps and lists: a server checks all documents between two renewals of its
 * leases. A mesh of two thousand edges has fewer than the greater number, and every other document than the smaller.
 */
const MOST_VALUES = 5_000;
export const MOST_OF_MESH = 20_000;
/**
 * Most total cost of all expressions (`regexCost`) and JSON paths (characters) of a document: about 200 ms to compile.
 */
const MOST_COMPILED = 10_000;
/** Cost of the shortest expression. */
const LEAST_COST = 20;

const TOO_COSTLY = `its regular expressions (in states) and JSON paths (in characters) are over ${MOST_COMPILED} together: use fewer or simpler ones, or several files`;

/** An expression over the limit is refused separately, at its place, and not compiled. */
const costOf = (regex: string): number => {
  const cost = regex.length > LONGEST_REGEX ? 0 : regexCost(regex);
  return LEAST_COST + (cost > MOST_COST ? 0 : cost);
};

class Walk {
  readonly issues: Issue[] = [];
  readonly #most: number;
  #values = 0;
  #cost = 0;

  constructor(most: number) {
    this.#most = most;
  }

  visit(value: unknown, path: DocumentPath): void {
    if (++this.#values > this.#most || typeof value !== "object" || value === null) return;
    if (path.length >= DEEPEST) {
      this.issues.push({ path, message: `nested deeper than ${DEEPEST} levels` });
      return;
    }
    if (Array.isArray(value)) {
      for (let i = 0; i < value.length && !this.isOver; i++) this.visit(value[i], [...path, i]);
      return;
    }
    for (const [key, item] of Object.entries(value)) {
      if (this.isOver) return;
      if (REFUSED_KEYS.includes(key)) this.issues.push({ path: [...path, key], at: "key", message: refusedKey(key) });
      else this.visit(item, [...path, key]);
      if (key === "regex" && typeof item === "string") this.#cost += costOf(item);
      if (key.startsWith("$")) this.#cost += key.length;
    }
  }
  get isCostly(): boolean {
    return this.#cost > MOST_COMPILED;
  }
  get isOver(): boolean {
    return this.#values > this.#most;
  }
}

/** Every reason not to look any closer at a value. */
export const limitIssues = (value: unknown, most = MOST_VALUES): Issue[] => {
  const walk = new Walk(most);
  walk.visit(value, []);
  if (walk.isOver) return [{ path: [], message: `holds more than ${most} values: split it over several files` }];
  return walk.isCostly ? [...walk.issues, { path: [], message: TOO_COSTLY }] : walk.issues;
};
