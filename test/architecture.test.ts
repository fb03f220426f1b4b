/** Import table of ARCHITECTURE.md, enforced: every import of every file is read, and a forbidden import fails. */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { describe, expect, it } from "vitest";

const ROOT = resolve(import.meta.dirname, "..");

/**
 * Import table: each folder with the project folders that it may import. `types`: with `import type` only. The longest
 * prefix wins.
 */
const TABLE: Record<string, { readonly may: readonly string[]; readonly types?: readonly string[] }> = {
  "experiments/model": { may: [] },
  "experiments/report": { may: ["experiments/model"] },
  "experiments/shop": { may: [] },
  "agent/contract": { may: ["experiments/model"] },
  agent: { may: ["experiments/model", "agent/contract"] },
  "server/contract": { may: ["experiments/model"] },
  "server/client": { may: ["experiments/model"], types: ["server/contract"] },
  server: { may: ["experiments/model", "experiments/report", "agent/contract", "server/contract"] },
  web: { may: ["experiments/model", "server/client"], types: ["server/contract"] },
  cli: {
    may: ["experiments/model", "experiments/report", "server", "server/client", "agent"],
    types: ["server/contract", "agent/contract"],
  },
};
const FOLDERS = Object.keys(TABLE).sort((a, b) => b.length - a.length);
const folderOf = (path: string) => FOLDERS.find((folder) => path === folder || path.startsWith(`${folder}/`));

interface Import {
  readonly file: string;
  readonly from: string;
  readonly typeOnly: boolean;
}
const IMPORT =
  /(?:^|\n)\s*(import|export)\s+(type\s+)?(?:[^"';]*?\sfrom\s+)?["']([^"']+)["']|\bimport\(\s*["']([^"']+)["']\s*\)/g;

const sources = (folder: string): string[] =>
  readdirSync(join(ROOT, folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name) && !entry.name.endsWith(".test.ts"))
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)));

const importsOf = (file: string): Import[] =>
  [...readFileSync(join(ROOT, file), "utf8").matchAll(IMPORT)].map(([, , type, from, dynamic]) => ({
    file,
    from: (from ?? dynamic)!,
    typeOnly: type !== undefined,
  }));

const TOP = ["experiments", "agent", "server", "cli", "web"].filter((folder) => readdirSync(ROOT).includes(folder));
const imports = TOP.flatMap(sources).flatMap(importsOf);

describe("the house", () => {
  it("has imports to look at", () => {
    expect(imports.length).toBeGreaterThan(100);
  });

  it("has no arrow that the table does not allow", () => {
    const wrong = imports.flatMap(({ file, from, typeOnly }) => {
      if (!from.startsWith(".")) return [];
      const target = relative(ROOT, resolve(ROOT, dirname(file), from));
      const [here, there] = [folderOf(file), folderOf(target)];
      if (here === undefined) return [`${file}: in no folder of the table`];
      if (here === there) return [];
      const { may, types = [] } = TABLE[here]!;
      const allowed =
        there !== undefined && ((may.includes(there) && !types.includes(there)) || (typeOnly && types.includes(there)));
      return allowed ? [] : [`${file} imports ${target}${typeOnly ? " (types)" : ""}`];
    });
    expect(wrong).toEqual([]);
  });

  it.each([
    ["agent", 0],
    ["cli", 0],
    ["web", 0],
    ["server", 0],
    ["server/api", 0],
    ["server/runs", 0],
    // To be brought down: most arrows are single imports of a type.
    ["experiments/model", 0],
  ])("has in %s %i folders and files that import each other in a circle, by folder", (folder, count) => {
    const room = (file: string): string | null =>
      file.startsWith(`${folder}/`) ? file.slice(folder.length + 1).replace(/\/.*/, "/") : null;
    const arrows = new Map<string, Set<string>>();
    for (const { file, from } of imports) {
      const [here, there] = [room(file), room(relative(ROOT, resolve(ROOT, dirname(file), from)))];
      if (!from.startsWith(".") || here === null || there === null || here === there) continue;
      arrows.set(here, (arrows.get(here) ?? new Set()).add(there));
    }
    const reached = (start: string): ReadonlySet<string> => {
      const seen = new Set<string>();
      const waiting = [...(arrows.get(start) ?? [])];
      for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
        if (seen.has(next)) continue;
        seen.add(next);
        waiting.push(...(arrows.get(next) ?? []));
      }
      return seen;
    };
    const circular = [...arrows.keys()].filter((each) => reached(each).has(each));
    expect(circular.length === count ? [] : circular, `${circular.length} in circles`).toEqual([]);
  });

  it("has in experiments/model the floors of ARCHITECTURE.md: each folder imports its own row of the table and the rows below", () => {
    const rows = readFileSync(join(ROOT, "ARCHITECTURE.md"), "utf8")
      .split("\n")
      .filter((line) => line.startsWith("| `experiments/model/") && line.split("|").length === 4)
      .map((line) =>
        [...line.split("|")[1]!.matchAll(/`experiments\/model\/([a-z-]+)`/g)].map(([, folder]) => folder!),
      );
    const rank = new Map(rows.flatMap((row, place) => row.map((folder) => [folder, place] as const)));
    const floor = (path: string) => /^experiments\/model\/([a-z-]+)\//.exec(path)?.[1];
    const model = imports.filter(({ file, from }) => floor(file) !== undefined && from.startsWith("."));
    expect([...new Set(model.map(({ file }) => floor(file)!))].filter((folder) => !rank.has(folder))).toEqual([]);
    const upward = model.flatMap(({ file, from }) => {
      const target = relative(ROOT, resolve(ROOT, dirname(file), from));
      const [here, there] = [rank.get(floor(file)!), rank.get(floor(target) ?? "")];
      return there !== undefined && there < here! ? [`${file} imports ${target}`] : [];
    });
    expect(upward).toEqual([]);
  });

  it("keeps the model and the writers of reports pure: no node module, clock, chance or console", () => {
    const impure = ["experiments/model", "experiments/report"].flatMap(sources).flatMap((file) => {
      const text = readFileSync(join(ROOT, file), "utf8");
      return [/from ["']node:/, /\bDate\.now\b/, /\bMath\.random\b/, /\bsetTimeout\b/, /\bconsole\./]
        .filter((word) => word.test(text))
        .map((word) => `${file}: ${word.source}`);
    });
    expect(impure).toEqual([]);
  });

  it("keeps chance and timers where they belong", () => {
    const stray = ["agent", "server", "cli"].flatMap(sources).flatMap((file) => {
      const text = readFileSync(join(ROOT, file), "utf8");
      const words = [/\bMath\.random\b/];
      const timed = /(^|\/)clock\.ts$/.test(file) || file.startsWith("cli/") || file.startsWith("server/keeper/");
      if (!timed) words.push(/\bsetTimeout\(/, /\bsetInterval\(/, /\bDate\.now\(/);
      return words.filter((word) => word.test(text)).map((word) => `${file}: ${word.source}`);
    });
    expect(stray).toEqual([]);
  });

  it("has no client that would follow a proxy of the environment: tokens go to the server alone", () => {
    // NODE_USE_ENV_PROXY sends `fetch` and the global agents through HTTP_PROXY; an agent or a pool made by the code
    // connects directly.
    const led = ["agent", "server", "cli"].flatMap(sources).filter((file) => {
      const text = readFileSync(join(ROOT, file), "utf8");
      const isFetching =
        /(?<![.\w])fetch\(|import \{[^}]*\b(fetch|request|setGlobalDispatcher)\b[^}]*\} from "undici"/.test(text);
      const isAsking = /import \{[^}]*\b(request|get)\b[^}]*\} from "node:https?"/.test(text);
      return isFetching || (isAsking && !/\bagent(:|,| \})/.test(text));
    });
    expect(led).toEqual([]);
  });

  it("has in server/ the floors of ARCHITECTURE.md's picture: a folder imports its own line and the lines below", () => {
    const text = readFileSync(join(ROOT, "ARCHITECTURE.md"), "utf8");
    const [, picture = ""] = text.split("\n## Server, leadership and databases\n")[1]!.split("```");
    // A line opens with the folders of a floor; the words after them are for people.
    const foldersOf = (line: string) => [...(/^ ([a-z-]+\/\s+)+/.exec(line)?.[0].matchAll(/[a-z-]+/g) ?? [])];
    const lines = picture.split("\n").map((line) => foldersOf(line).map(([folder]) => folder));
    const place = new Map(lines.flatMap((folders, line) => folders.map((folder) => [folder, line] as const)));
    const folderIn = (path: string) => /^server\/([a-z-]+)\//.exec(path)?.[1];
    const folders = readdirSync(join(ROOT, "server"), { withFileTypes: true }).filter((entry) => entry.isDirectory());
    expect([...place.keys()].sort()).toEqual(folders.map(({ name }) => name).sort());
    const upward = imports.flatMap(({ file, from }) => {
      const target = relative(ROOT, resolve(ROOT, dirname(file), from));
      const [here, there] = [place.get(folderIn(file) ?? ""), place.get(folderIn(target) ?? "")];
      return from.startsWith(".") && here !== undefined && there !== undefined && there < here
        ? [`${file} imports ${target}`]
        : [];
    });
    expect(upward).toEqual([]);
  });

  it("imports node modules by their full name and our own files with their ending", () => {
    const sloppy = imports.filter(({ from }) => (from.startsWith(".") ? !/\.(ts|tsx|css|js)$/.test(from) : false));
    expect(sloppy).toEqual([]);
  });
});
