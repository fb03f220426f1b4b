/**
 * Measures the rules of STYLE.md: `npm run style` prints import circles, twice-defined types and the vaguest comments.
 */
import { readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { globSync } from "tinyglobby";
import { parseSync } from "vite";

const ROOT = resolve(import.meta.dirname, "..");
const PACKAGES = ["experiments", "agent", "server", "cli", "web", "test", "scripts"] as const;

/** Words that point at a subject without a name. */
const VAGUE =
  /^(it|its|itself|what|whatever|one|ones|who|whoever|whom|whose|some(body|one|thing)|any(body|one|thing)|no(body|thing)|every(body|one|thing)|things?|they|them|their)$/;

export interface CodeComment {
  readonly line: number;
  readonly words: number;
  readonly vague: number;
}
export interface SourceFile {
  /** Relative to the repository's root, with `/`. */
  readonly path: string;
  readonly package: string;
  readonly isTest: boolean;
  readonly comments: readonly CodeComment[];
  /** Files of the repository that an import or re-export names, `import type` included. */
  readonly imports: readonly string[];
  /** Interfaces, type aliases, classes and enums that the file defines and exports; re-exports are not among these. */
  readonly types: readonly string[];
}

const TYPE_DECLARATIONS = new Set([
  "TSInterfaceDeclaration",
  "TSTypeAliasDeclaration",
  "ClassDeclaration",
  "TSEnumDeclaration",
]);

/** Counts the words of a comment's prose: code between backquotes is left out. */
export const countWords = (text: string): { readonly words: number; readonly vague: number } => {
  const words =
    text
      .replace(/`[^`]*`/g, " ")
      .toLowerCase()
      .match(/[a-z']+/g) ?? [];
  return { words: words.length, vague: words.filter((word) => VAGUE.test(word)).length };
};

/**
 * Reads one file of the repository.
 * @throws Error naming the file and its first syntax error.
 */
export const readSource = (path: string): SourceFile => {
  const text = readFileSync(join(ROOT, path), "utf8");
  const { program, comments, module, errors } = parseSync(path, text);
  if (errors[0] !== undefined) throw new Error(`${path}: ${errors[0].message}`);
  const requests = [
    ...module.staticImports.map(({ moduleRequest }) => moduleRequest.value),
    ...module.staticExports.flatMap(({ entries }) => entries.map(({ moduleRequest }) => moduleRequest?.value)),
  ];
  const own = new Set(
    requests
      .filter((from) => from?.startsWith(".") === true && /\.tsx?$/.test(from))
      .map((from) => relative(ROOT, resolve(ROOT, dirname(path), from!))),
  );
  return {
    path,
    package: path.split("/")[0]!,
    isTest: path.startsWith("test/") || /\.test\.tsx?$/.test(path),
    comments: comments.map(({ value, start }) => ({
      line: text.slice(0, start).split("\n").length,
      ...countWords(value),
    })),
    imports: [...own].sort(),
    types: program.body.flatMap((statement) => {
      if (statement.type !== "ExportNamedDeclaration" || statement.declaration === null) return [];
      const { declaration } = statement;
      return TYPE_DECLARATIONS.has(declaration.type) && "id" in declaration && declaration.id !== null
        ? [(declaration.id as { readonly name: string }).name]
        : [];
    }),
  };
};

/** Reads every TypeScript file of the repository's packages, tests included. */
export const readSources = (): readonly SourceFile[] =>
  globSync(
    PACKAGES.map((name) => `${name}/**/*.{ts,tsx}`),
    { cwd: ROOT, ignore: ["**/node_modules/**", "**/dist/**"] },
  )
    .sort()
    .map(readSource);

/**
 * Finds groups of files that import each other in a circle, types included.
 * @returns each circle's files, sorted: the strongly connected components of more than one file (Tarjan, 1972).
 */
export const findCircles = (files: readonly SourceFile[]): readonly (readonly string[])[] => {
  const importsOf = new Map(files.map((file) => [file.path, file.imports]));
  const index = new Map<string, number>();
  const low = new Map<string, number>();
  const stack: string[] = [];
  const circles: string[][] = [];
  const visit = (path: string): void => {
    index.set(path, index.size);
    low.set(path, index.get(path)!);
    stack.push(path);
    for (const next of importsOf.get(path) ?? []) {
      if (!importsOf.has(next)) continue;
      if (!index.has(next)) {
        visit(next);
        low.set(path, Math.min(low.get(path)!, low.get(next)!));
      } else if (stack.includes(next)) low.set(path, Math.min(low.get(path)!, index.get(next)!));
    }
    if (low.get(path) !== index.get(path)) return;
    const circle = stack.splice(stack.indexOf(path));
    if (circle.length > 1) circles.push(circle.sort());
  };
  for (const { path } of files) if (!index.has(path)) visit(path);
  return circles;
};

/** Lists type names that two or more files of a package export: `package: Name: file, file`. Tests are left out. */
export const findRepeatedTypes = (files: readonly SourceFile[]): readonly string[] => {
  const places = new Map<string, string[]>();
  for (const file of files.filter(({ isTest }) => !isTest)) {
    for (const name of new Set(file.types)) {
      const key = `${file.package}: ${name}`;
      places.set(key, [...(places.get(key) ?? []), file.path]);
    }
  }
  return [...places]
    .filter(([, paths]) => paths.length > 1)
    .map(([key, paths]) => `${key}: ${paths.join(", ")}`)
    .sort();
};

export interface VagueShare {
  readonly words: number;
  readonly vague: number;
  /** From 0 to 1. */
  readonly share: number;
}

/** Adds up the share of vague words in the comments of some files. */
export const vagueShare = (files: readonly SourceFile[]): VagueShare => {
  const comments = files.flatMap((file) => file.comments);
  const words = comments.reduce((sum, comment) => sum + comment.words, 0);
  const vague = comments.reduce((sum, comment) => sum + comment.vague, 0);
  return { words, vague, share: words === 0 ? 0 : vague / words };
};

/** Citation of a numbered rule: `DESIGN.md 4` is DESIGN and 4, `SAFETY.md invariant 23` is SAFETY and invariant 23. */
export interface Citation {
  readonly document: string;
  readonly rule: string;
}

/**
 * Finds citations of documents by upper-case names, `.md` or not; a range such as `PROOF.md 1–3` is three citations.
 * A line break of a comment may stand before the number.
 */
export const findCitations = (text: string, documents: readonly string[]): readonly Citation[] => {
  const pattern = new RegExp(
    `\\b(${documents.join("|")})(?:\\.md)?(?: |\\n\\s*\\*? ?)(invariant )?(\\d+(?:\\.\\d+)*)(?:[–-](\\d+))?(?:, invariant (\\d+))?`,
    "g",
  );
  return [...text.matchAll(pattern)].flatMap(([, document, word = "", first, last, invariant]) => {
    const end = last === undefined ? Number(first) : Number(last);
    const numbers = Array.from({ length: Math.max(1, end - Number(first) + 1) }, (_, i) =>
      i === 0 ? first! : `${Number(first) + i}`,
    );
    const rules = [
      ...numbers.map((number) => `${word}${number}`),
      ...(invariant === undefined ? [] : [`invariant ${invariant}`]),
    ];
    return rules.map((rule) => ({ document: document!, rule }));
  });
};

/** Rules of a document: `4` for a heading such as `## 4. Names`, `invariant 14` for a table row that begins with 14. */
export const findRules = (text: string): ReadonlySet<string> =>
  new Set([
    ...[...text.matchAll(/^##+ (\d+(?:\.\d+)*)\.? /gm)].map(([, number]) => number!),
    ...[...text.matchAll(/^\| (\d+) \|/gm)].map(([, number]) => `invariant ${number}`),
  ]);

const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};
const percent = (share: number): string => `${(100 * share).toFixed(1)}%`.padStart(6);

const print = (files: readonly SourceFile[]): void => {
  const circles = findCircles(files);
  say(`import circles: ${circles.length}`);
  for (const circle of circles) say(`  ${circle.join(" ")}`);
  const repeated = findRepeatedTypes(files);
  say(`type names that two files of a package export: ${repeated.length}`);
  for (const line of repeated) say(`  ${line}`);
  say("vague words in comments (it, what, one, who, they, ...):");
  for (const name of PACKAGES) {
    const { words, share } = vagueShare(files.filter((file) => file.package === name));
    say(`${percent(share)} of ${String(words).padStart(6)} words  ${name}`);
  }
  const all = vagueShare(files);
  say(`${percent(all.share)} of ${String(all.words).padStart(6)} words  in all`);
  say("the 20 files with the most:");
  const worst = files.map((file) => ({ path: file.path, ...vagueShare([file]) })).sort((a, b) => b.vague - a.vague);
  for (const { path, vague, share } of worst.slice(0, 20)) {
    say(`${String(vague).padStart(4)} ${percent(share)}  ${path}`);
  }
};

// A reader such as `head` closes the pipe before the end.
process.stdout.on("error", () => process.exit());
if (process.argv[1] !== undefined && resolve(process.argv[1]) === import.meta.filename) print(readSources());
