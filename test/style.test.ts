/** STYLE.md as far as a tool can keep it: import circles, repeated type names, vague comments, cited rules, and the paths that documents name. */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { globSync } from "tinyglobby";
import { describe, expect, it } from "vitest";
import {
  countWords,
  findCircles,
  findCitations,
  findRepeatedTypes,
  findRules,
  readSources,
  vagueShare,
} from "../scripts/style.ts";

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

  it("find cited rules: ranges, sub-sections, invariants, and numbers behind a line break", () => {
    const text =
      "(RULES.md 1–3), RULES 4.2, RULES.md\n * 5 and RULES.md 7, invariant 14; RULES.md invariant 23, RULES.md";
    const rules = findCitations(text, ["RULES"]).map(({ rule }) => rule);
    expect(rules).toEqual(["1", "2", "3", "4.2", "5", "7", "invariant 14", "invariant 23"]);
  });

  it("find the rules of a document: numbered headings and numbered rows", () => {
    const text = "# 9. Title\n## 1. Words\n### 1.2 Units\n## Names\n| 14 | a promise | a test |\n";
    expect([...findRules(text)]).toEqual(["1", "1.2", "invariant 14"]);
  });
});

/** Documents with numbered rules, by the name in a citation. */
const CITED = {
  DESIGN: "docs/design.md",
  PROOF: "docs/proof.md",
  SAFETY: "docs/safety.md",
  "DATA-PATH": "docs/data-path.md",
} as const;

describe("the documents", () => {
  const documents = [
    "README.md",
    "ARCHITECTURE.md",
    "CHANGELOG.md",
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

  it("give the reason of each override in package.json, which cannot have comments", () => {
    const { overrides } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as {
      readonly overrides: Readonly<Record<string, string>>;
    };
    const text = readFileSync(join(ROOT, "CONTRIBUTING.md"), "utf8");
    const [, table = ""] = text.split("| override | reason |\n|---|---|\n");
    const rows = [...table.split("\n\n")[0]!.matchAll(/^\| `([^`]+)` (\S+) \| .{20,} \|$/gm)];
    expect(rows.map(([, name, version]) => [name, version])).toEqual(Object.entries(overrides));
  });

  it("have a numbered section for each rule that a source or a document cites", () => {
    const rulesOf = new Map(
      Object.entries(CITED).map(([name, path]) => [name, findRules(readFileSync(join(ROOT, path), "utf8"))]),
    );
    const cited = [...sources.map(({ path }) => path), ...documents].flatMap((path) =>
      findCitations(readFileSync(join(ROOT, path), "utf8"), [...rulesOf.keys()]).map((each) => ({ path, ...each })),
    );
    const lost = cited.filter(({ document, rule }) => rulesOf.get(document)?.has(rule) !== true);
    expect(cited.length).toBeGreaterThan(40);
    expect(lost.map(({ path, document, rule }) => `${path}: ${document}.md ${rule}`)).toEqual([]);
  });
});
