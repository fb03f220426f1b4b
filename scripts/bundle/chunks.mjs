// Turns the ES modules of the bundle into scripts, which `loader.js` runs. Each script is one function; imported names
// are constants of the function, read once, so that a call into another chunk costs no more than a call within the chunk.
import { dirname, join, normalize } from "node:path";

/** Calls `onNode(node, isInFunction)` for each node of a syntax tree (ESTree). */
const visit = (node, onNode, isInFunction = false) => {
  if (Array.isArray(node)) for (const child of node) visit(child, onNode, isInFunction);
  else if (node !== null && typeof node === "object") {
    if (typeof node.type === "string") onNode(node, isInFunction);
    const isInside = isInFunction || /Function/.test(node.type ?? "");
    for (const child of Object.values(node)) visit(child, onNode, isInside);
  }
};
const TARGETS = {
  AssignmentExpression: ({ left }) => left,
  UpdateExpression: ({ argument }) => argument,
  ForInStatement: ({ left }) => left,
  ForOfStatement: ({ left }) => left,
};
/** Names that a node assigns a value to, declarations aside. */
const assignedBy = (node) => {
  const target = TARGETS[node.type]?.(node);
  if (target === undefined || target.type === "VariableDeclaration" || target.type === "MemberExpression") return [];
  const names = [];
  visit(target, ({ type, name }) => type === "Identifier" && names.push(name));
  return names;
};
const spelled = ({ name, value }) => name ?? value;
const property = (key, local) => (key === local ? key : `${JSON.stringify(key)}:${local}`);
const isChunk = ({ value }) => value.startsWith(".");

/** Edits of an import: the loaded chunk or package, and a constant for each imported name. */
const readImport = ({ specifiers, source }, from) => {
  const whole = specifiers.filter(({ type }) => type !== "ImportSpecifier").map(({ local }) => local.name);
  const parts = specifiers
    .filter(({ type }) => type === "ImportSpecifier")
    .map(({ imported, local }) => property(spelled(imported), local.name));
  // A package of CommonJS is its default export; a chunk has no such thing.
  if (whole.length > 0 && isChunk(source)) throw new Error(`imports a chunk as a whole: ${source.value}`);
  const targets = [...whole, ...(parts.length > 0 ? [`{${parts.join(",")}}`] : [])];
  return targets.length === 0 ? `${from};` : targets.map((target) => `const ${target}=${from};`).join("");
};

/**
 * Returns the script of an ES module that esbuild wrote, with the names of the module's exports and of the chunks that
 * the module imports. `parse`: source → syntax tree; `name`: of the chunk, such as `cli/main`. Throws for an export that is
 * assigned a value after its declaration, since importers would keep the value of the first moment, and for statements
 * that esbuild does not write.
 */
export const scriptOf = (parse, name, source) => {
  const chunkAt = (path) => normalize(join(dirname(name), path)).replace(/\.js$/, "");
  const loadOf = (path) => `__load(${JSON.stringify(chunkAt(path))})`;
  const [edits, exported, imports] = [[], [], []];
  const { body } = parse(source);
  const refuse = (why) => {
    throw new Error(`dist/bundle/${name}: ${why}`);
  };
  for (const statement of body) {
    const { type, start, end } = statement;
    if (type === "ImportDeclaration") {
      const { value } = statement.source;
      if (isChunk(statement.source)) imports.push(chunkAt(value));
      const from = isChunk(statement.source) ? loadOf(value) : `require(${JSON.stringify(value)})`;
      edits.push([start, end, readImport(statement, from)]);
    } else if (type === "ExportNamedDeclaration" && statement.declaration === null && statement.source === null) {
      for (const specifier of statement.specifiers) exported.push([spelled(specifier.exported), specifier.local.name]);
      edits.push([start, end, ""]);
    } else if (type === "ExportDefaultDeclaration" && statement.declaration.type.endsWith("Expression")) {
      exported.push(["default", "__default"]);
      edits.push([start, statement.declaration.start, "const __default="]);
    } else if (type.startsWith("Export")) refuse(`no rule for an export such as ${source.slice(start, start + 80)}`);
  }
  const locals = new Set(exported.map(([, local]) => local));
  let isAsync = false;
  visit(body, (node, isInFunction) => {
    const changed = assignedBy(node).find((local) => locals.has(local));
    if (changed !== undefined)
      refuse(`the export ${changed} is assigned a value later: export a function in its place`);
    if (node.type === "AwaitExpression" && !isInFunction) isAsync = true;
    if (node.type === "MetaProperty" && node.meta.name === "import") edits.push([node.start, node.end, "__meta"]);
    if (node.type === "ImportExpression") {
      const isOfChunk = node.source.type === "Literal" && isChunk(node.source);
      if (isOfChunk) edits.push([node.start, node.end, `Promise.resolve().then(()=>${loadOf(node.source.value)})`]);
      else edits.push([node.start, node.start + "import".length, "__import"]);
    }
  });
  let [text, at] = ["", 0];
  for (const [start, end, replacement] of edits.toSorted(([a], [b]) => a - b)) {
    text += source.slice(at, start) + replacement;
    at = end;
  }
  const exportsText = `return{${exported.map(([as, local]) => property(as, local)).join(",")}}`;
  return {
    ...{ name, imports, isAsync, exports: exported.map(([as]) => as) },
    script: `(${isAsync ? "async " : ""}function(require,__load,__import,__meta){"use strict";${text}${source.slice(at)}\n${exportsText}})`,
  };
};

/**
 * Throws where a chunk would read another before the exports of that chunk are there: in a circle of imports, and where
 * the other one awaits something while it loads.
 */
export const checkImports = (chunks) => {
  const byName = new Map(chunks.map((chunk) => [chunk.name, chunk]));
  const done = new Set();
  const walk = (name, path) => {
    if (path.includes(name)) throw new Error(`chunks import each other: ${[...path, name].join(" → ")}`);
    if (done.has(name)) return;
    done.add(name);
    for (const next of byName.get(name)?.imports ?? []) {
      if (byName.get(next)?.isAsync) throw new Error(`${name} imports ${next}, which awaits something while it loads`);
      walk(next, [...path, name]);
    }
  };
  for (const name of byName.keys()) walk(name, []);
};
