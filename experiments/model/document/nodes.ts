/** From the nodes of the YAML parser to plain data, with limits, and from a path back to a node. */
import {
  type Alias,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  type Document as Parsed,
  type Scalar,
} from "yaml";
import type { DocumentPath, Issue } from "./issue.ts";
import { TEMPLATE } from "./syntax.ts";

/** Deepest nesting of maps and lists. */
export const DEEPEST = 64;
/**
 * Most aliases in a document, and most nodes that all aliases together may expand to: this stops a "billion laughs".
 */
const MOST_ALIASES = 100;
const MOST_ALIASED = 10_000;
/** Keys that reach an object's prototype wherever data is merged carelessly. */
export const REFUSED_KEYS: readonly string[] = ["__proto__", "constructor", "prototype"];
export const refusedKey = (key: string) => `the key \`${key}\` is not allowed`;

export interface NodePlace {
  readonly key: Node | null;
  readonly node: Node | null;
  /** Offset of the enclosing value, in case the node has no range. */
  readonly offset: number;
}
export const fieldOf = (value: unknown, key: string): unknown =>
  typeof value === "object" && value !== null && Object.hasOwn(value, key)
    ? (value as Record<string, unknown>)[key]
    : undefined;

const follow = (parsed: Parsed, node: Node | null): Node | null =>
  isAlias(node) ? ((node as Alias).resolve(parsed) ?? null) : node;
/** The text of a key, or null for a node that cannot be a key. Numbers and booleans count as written: `200`, `true`. */
const keyText = (key: unknown): string | null => {
  if (!isScalar(key) || key.value === null) return null;
  return typeof key.value === "string" ? key.value : (key.source ?? String(key.value));
};

const childOf = (parsed: Parsed, { node, offset }: NodePlace, part: string | number): NodePlace | null => {
  const from = follow(parsed, node);
  const begin = from?.range?.[0] ?? offset;
  if (isSeq(from)) {
    const item = typeof part === "number" ? from.items[part] : undefined;
    return item === undefined ? null : { key: null, node: item as Node, offset: begin };
  }
  if (!isMap(from)) return null;
  const pair = from.items.find(({ key }) => keyText(key) === String(part));
  return pair === undefined ? null : { key: pair.key as Node, node: pair.value as Node | null, offset: begin };
};

/** Node at a path; if absent, the nearest enclosing node. */
export const nodeAt = (parsed: Parsed, path: DocumentPath): { readonly found: boolean; readonly place: NodePlace } => {
  let place: NodePlace = { key: null, node: parsed.contents as Node | null, offset: parsed.range?.[0] ?? 0 };
  for (const part of path) {
    const child = childOf(parsed, place, part);
    if (child === null) return { found: false, place };
    place = child;
  }
  return { found: true, place };
};

interface Found {
  readonly offset: number;
  readonly issue: Issue;
}
/** A single walk over the nodes of a document. */
class Walk {
  readonly faults: Found[] = [];
  private readonly parsed: Parsed;
  private readonly within = new Set<Node>();
  private aliases = 0;
  private aliased = 0;
  private aliasDepth = 0;

  constructor(parsed: Parsed) {
    this.parsed = parsed;
  }

  private refuse(node: unknown, path: DocumentPath, message: string): null {
    const offset = (node as Node | null)?.range?.[0] ?? 0;
    this.faults.push({ offset, issue: { path, message } });
    return null;
  }

  value(node: Node | null, path: DocumentPath): unknown {
    if (this.aliasDepth > 0 && ++this.aliased > MOST_ALIASED) {
      if (this.aliased === MOST_ALIASED + 1)
        this.refuse(node, path, `aliases that come to over ${MOST_ALIASED} values`);
      return null;
    }
    if (isAlias(node)) return this.alias(node, path);
    if (isScalar(node)) return this.scalar(node, path);
    if (!isMap(node) && !isSeq(node)) return null;
    if (path.length >= DEEPEST) return this.refuse(node, path, `nested deeper than ${DEEPEST} levels`);
    this.within.add(node);
    const value = isMap(node)
      ? this.map(node.items as Pair[], path)
      : node.items.map((item, i) => this.value(item as Node, [...path, i]));
    this.within.delete(node);
    return value;
  }

  private alias(node: Alias, path: DocumentPath): unknown {
    // Each look-up walks the whole document.
    if (++this.aliases > MOST_ALIASES)
      return this.aliases === MOST_ALIASES + 1 ? this.refuse(node, path, `more than ${MOST_ALIASES} aliases`) : null;
    const target = node.resolve(this.parsed);
    if (target === undefined)
      return this.refuse(
        node,
        path,
        `the alias *${node.source} stands for nothing; a text that begins with \`*\` needs quotes: "*${node.source}"`,
      );
    if (this.within.has(target)) return this.refuse(node, path, `the alias *${node.source} contains itself`);
    this.aliasDepth++;
    const value = this.value(target, path);
    this.aliasDepth--;
    return value;
  }

  private scalar(node: Scalar, path: DocumentPath): unknown {
    const { value } = node;
    if (typeof value !== "number") return value;
    if (!Number.isFinite(value)) return this.refuse(node, path, `${node.source ?? value} is no number to work with`);
    if (Number.isInteger(value) && !Number.isSafeInteger(value))
      return this.refuse(node, path, "a number this large loses digits: put it in quotes");
    return value;
  }

  private map(pairs: readonly Pair[], path: DocumentPath): Record<string, unknown> {
    const value: Record<string, unknown> = {};
    for (const pair of pairs) {
      const key = keyText(pair.key);
      if (key === null) this.refuse(pair.key, path, isMap(pair.key) ? TEMPLATE : "a key must be plain text");
      else if (key === "<<") this.refuse(pair.key, path, "merge keys (`<<`) are not read: write the keys out");
      else if (REFUSED_KEYS.includes(key)) this.refuse(pair.key, path, refusedKey(key));
      else if (Object.hasOwn(value, key)) this.refuse(pair.key, [...path, key], `the key \`${key}\` is written twice`);
      else value[key] = this.value(pair.value as Node | null, [...path, key]);
    }
    return value;
  }
}

/** The data of a document, and every reason not to use the data. */
export const plainOf = (parsed: Parsed): { readonly value: unknown; readonly faults: readonly Found[] } => {
  const walk = new Walk(parsed);
  const value = walk.value(parsed.contents as Node | null, []);
  return { value, faults: walk.faults };
};
