/** STYLE.md as far as a tool can check: import circles, repeated type names, vague comments, and paths in documents. */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { globSync } from "tinyglobby";
import { describe, expect, it } from "vitest";
import { countWords, findCircles, findRepeatedTypes, readSources, vagueShare } from "../scripts/style.ts";

const ROOT = resolve(import.meta.dirname, "..");
const sources = readSources();

describe("the sources", () => {
  it("are read: files, imports, types and comments", () => {
    const read = sources.find(({ path }) => path === "scripts/style.ts");
    expect(read?.types).toContain("SourceFile");
    expect(read?.comments.length).toBeGreaterThan(5);
    expect(sources.find(({ path }) => path === "test/style.test.ts")?.imports).toEqual(["scripts/style.ts"]);
    expect(sources.length).toBeGreaterThan(1_000);
  });

  it("have no import circle, type imports included", () => {
    expect(findCircles(sources)).toEqual([]);
  });

  it("export a type name from a single file of a package", () => {
    expect(findRepeatedTypes(sources)).toEqual([]);
  });

  it("name the subject in comments: vague words are rare", () => {
    expect(vagueShare(sources).share).toBeLessThan(0.02);
  });
});

describe("the measures", () => {
  const file = (path: string, imports: readonly string[], types: readonly string[] = []) => ({
    ...{ path, package: path.split("/")[0]!, isTest: false, comments: [], imports, types },
  });

  it("find each circle once, and no chain", () => {
    const files = [
      file("a/1.ts", ["a/2.ts"]),
      file("a/2.ts", ["a/3.ts"]),
      file("a/3.ts", ["a/1.ts"]),
      file("a/4.ts", ["a/1.ts"]),
    ];
    expect(findCircles(files)).toEqual([["a/1.ts", "a/2.ts", "a/3.ts"]]);
  });

  it("find a type name that two files of one package export, and leave other packages alone", () => {
    const files = [file("a/1.ts", [], ["Row"]), file("a/2.ts", [], ["Row"]), file("b/1.ts", [], ["Row"])];
    expect(findRepeatedTypes(files)).toEqual(["a: Row: a/1.ts, a/2.ts"]);
  });

  it("count words of prose, and pass over code between backquotes", () => {
    expect(countWords("It is what `it` says, the lease's end")).toEqual({ words: 7, vague: 2 });
  });
});

describe("the documents", () => {
  const documents = [
    "README.md",
    "ARCHITECTURE.md",
    "CONTRIBUTING.md",
    "STYLE.md",
    ...globSync("docs/*.md", { cwd: ROOT }),
  ];

  it.each(documents)("%s links to files that exist", (document) => {
    const text = readFileSync(join(ROOT, document), "utf8");
    const links = [...text.matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)].map(([, link]) => link!);
    const own = links.filter((link) => !/^[a-z]+:/.test(link));
    expect(own.filter((link) => !existsSync(join(ROOT, dirname(document), link)))).toEqual([]);
  });

  it("name paths of the tree that exist, in ARCHITECTURE.md every one", () => {
    const text = readFileSync(join(ROOT, "ARCHITECTURE.md"), "utf8");
    const named = [...text.matchAll(/`([a-z][\w.-]*(?:\/[\w.<>*-]+)+\/?|[\w-]+\.(?:ts|tsx|mjs))`/g)].map(
      ([, path]) => path!,
    );
    const files = sources.map(({ path }) => path);
    const isThere = (path: string) =>
      existsSync(join(ROOT, path)) || files.some((file) => file.endsWith(`/${path}`) || file.includes(`/${path}`));
    const wrong = named.filter((path) => !/[<>*]/.test(path) && !path.startsWith("dist/") && !isThere(path));
    expect(named.length).toBeGreaterThan(40);
    expect(wrong).toEqual([]);
  });
});
