import { runInThisContext } from "node:vm";
import { parseAst } from "vite";
import { expect, test } from "vitest";
import { checkImports, scriptOf } from "./chunks.mjs";

type Exports = Readonly<Record<string, unknown>>;
/** Runs a chunk named `cli/main`; `chunks`: exports of the chunks that it may load. */
const run = (source: string, chunks: Readonly<Record<string, Exports>> = {}) => {
  const { script } = scriptOf(parseAst, "cli/main", source);
  const require = (name: string) => process.getBuiltinModule(name);
  return runInThisContext(script)(
    require,
    (name: string) => chunks[name],
    (name: string) => import(name),
    {
      dirname: "/here",
    },
  );
};

test("imports, exports, import.meta and dynamic imports mean the same in a script", async () => {
  const source = `
    import whole, { join as joined } from "node:path"; import { value, "odd name" as odd } from "../chunk-A.js";
    import "./beside.js"; const at = import.meta.dirname; class Kind {}
    const later = () => import("../chunk-B.js"); const outside = (name) => import(name); const read = [value, joined === whole.join, this === undefined];
    export { at, later, outside, read, odd as "odd too", Kind as default };`;
  const chunk = run(source, { "chunk-A": { value: 1, "odd name": 2 }, "chunk-B": { b: 3 } });
  expect(chunk).toMatchObject({ at: "/here", "odd too": 2, read: [1, true, true] });
  expect(chunk.default.name).toBe("Kind");
  expect(await chunk.later()).toEqual({ b: 3 });
  expect(await chunk.outside("node:os")).toHaveProperty("tmpdir");
});

test("a script tells its exports and the chunks that it loads first, and loads these in their order", () => {
  const source = 'import{a}from"./a.js";import"../b.js";import{c}from"node:fs";export{a as z}';
  const { exports, imports } = scriptOf(parseAst, "cli/main", source);
  expect({ exports, imports }).toEqual({ exports: ["z"], imports: ["cli/a", "b"] });
});

test("a chunk that awaits something while it loads gives a promise of its exports", async () => {
  expect(run("const b = async () => await 1; export { b }").b).toBeTypeOf("function");
  expect(await run("const a = await Promise.resolve(2); export { a }")).toEqual({ a: 2 });
});

test.each([
  "let a = 1; export { a }; const set = () => { a = 2; };",
  "let a = 1; export { a }; const set = () => { a++; };",
  "let a = 1; export { a as b }; const set = () => { [a] = [2]; };",
  "let a = 1; export { a }; const set = () => { ({ x: a = 3 } = {}); };",
  "let a; export { a }; const set = () => { for (a of [1]); };",
])("an export that changes after the chunk was loaded is refused: %s", (source) => {
  expect(() => scriptOf(parseAst, "cli/main", source)).toThrow(
    "dist/bundle/cli/main: the export a is assigned a value",
  );
});

test.each(['export * from "./a.js";', 'import * as a from "./a.js"; export { a };', "export const a = 1;"])(
  "statements that no bundle has are refused: %s",
  (source) => {
    expect(() => scriptOf(parseAst, "cli/main", source)).toThrow();
  },
);

test("chunks that import each other in a circle, or a chunk that awaits, are refused", () => {
  const chunk = (name: string, imports: readonly string[], isAsync = false) => ({ name, imports, isAsync });
  expect(() => checkImports([chunk("a", ["b", "c"]), chunk("b", ["c"]), chunk("c", [])])).not.toThrow();
  expect(() => checkImports([chunk("a", ["b"]), chunk("b", ["c"]), chunk("c", ["a"])])).toThrow("a → b → c → a");
  expect(() => checkImports([chunk("a", ["b"]), chunk("b", [], true)])).toThrow("a imports b, which awaits");
});
