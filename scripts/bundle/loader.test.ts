import { spawnSync } from "node:child_process";
import { appendFileSync, copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test as base, expect } from "vitest";

const DECLARED = "(function(require,__load,__import,__meta){";
const SUMS = `${DECLARED}const sum = (a, b) => { const words = ["Σ"]; return words[0] + " " + (a + b); };return{sum}})`;
const MAIN = `${DECLARED}const{sum}=__load("sums");
  return{print:async()=>console.log(sum(1, 2), (await __import("node:path")).sep)}})`;
const START = `
  import { load } from "./loader.js";
  load("main").print();`;
/** Tells of each chunk whether V8 took its code. */
const TELLING =
  'process.on("exit", () => { for (const [n, { script }] of scripts) console.log(n, script.cachedDataRejected); });';

interface Bundle {
  readonly folder: string;
  /** Lines printed by a start of the bundle. */
  start(...flags: readonly string[]): readonly string[];
  /** Path of a chunk's code. */
  codeOf(name: string): string;
}
/** A bundle of two chunks, compiled as `compile.mjs` does. */
const test = base.extend<{ bundle: Bundle }>({
  // biome-ignore lint/correctness/noEmptyPattern: vitest reads the names of fixtures from the pattern.
  bundle: async ({}, use) => {
    const folder = mkdtempSync(join(tmpdir(), "squall-bundle-"));
    const loader = join(folder, "loader.js");
    const start: Bundle["start"] = (...flags) => {
      const { stdout, stderr } = spawnSync(process.execPath, [...flags, join(folder, "start.mjs")], {
        encoding: "utf8",
      });
      return `${stdout}${stderr}`.trim().split("\n");
    };
    writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
    writeFileSync(join(folder, "main.cjs"), MAIN);
    writeFileSync(join(folder, "sums.cjs"), SUMS);
    writeFileSync(join(folder, "start.mjs"), START);
    copyFileSync(join(import.meta.dirname, "loader.js"), loader);
    appendFileSync(loader, readFileSync(join(import.meta.dirname, "keep-code.js")));
    expect(start()).toEqual(["Σ 3 /"]);
    copyFileSync(join(import.meta.dirname, "loader.js"), loader);
    appendFileSync(loader, TELLING);
    const code = join(folder, "code");
    await use({ folder, start, codeOf: (name) => join(code, readdirSync(code)[0]!, name) });
    rmSync(folder, { recursive: true, force: true });
  },
});
/** `undefined`: the chunk was compiled without code. */
const told = (main: boolean | undefined, sums: boolean | undefined) => ["Σ 3 /", `main ${main}`, `sums ${sums}`];

test("the code that a process kept is taken by the next one", ({ bundle }) => {
  expect(bundle.start()).toEqual(told(false, false));
});

test("code with any byte changed, cut, or empty is not used", ({ bundle }) => {
  const whole = readFileSync(bundle.codeOf("sums"));
  const broken = [whole.subarray(0, whole.length - 1), whole.subarray(0, 8), Buffer.alloc(0)];
  for (const share of [0, 0.01, 0.3, 0.6, 0.99]) {
    const changed = Buffer.from(whole);
    changed[Math.floor(share * whole.length)]! ^= 4;
    broken.push(changed);
  }
  for (const code of broken) {
    writeFileSync(bundle.codeOf("sums"), code);
    expect(bundle.start()).toEqual(told(false, undefined));
  }
});

test("code of an earlier chunk is not used, though that was as long", ({ bundle }) => {
  writeFileSync(join(bundle.folder, "sums.cjs"), SUMS.replace("a + b", "a - b"));
  expect(bundle.start()).toEqual(["Σ -1 /", "main false", "sums undefined"]);
});

test("V8 refuses code that was compiled for other flags, and the chunk runs all the same", ({ bundle }) => {
  expect(bundle.start("--no-lazy")).toEqual(told(true, true));
});

test("a bundle without code runs", ({ bundle }) => {
  rmSync(join(bundle.folder, "code"), { recursive: true });
  expect(bundle.start()).toEqual(told(undefined, undefined));
});
