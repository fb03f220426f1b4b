/**
 * Package made by `npm pack`: installed into an empty folder, the package runs the shop's experiment without the
 * checkout.
 */
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ensureNode, npm } from "../../scripts/nodes.mjs";
import { checkJournals } from "../journals.ts";
import { openNetwork } from "../network.ts";
import { often } from "../soak.ts";
import { repeatStarved } from "../starved.ts";
import { ROOT } from "../tiny.ts";

/**
 * Node 20 compiles SQLite for a minute, so only the soak tests it. From Node 22 on no install script has work to do.
 */
const { MAJOR, OPTIONS } = often({ MAJOR: 24, OPTIONS: ["--ignore-scripts"] }, { MAJOR: 20, OPTIONS: [] as string[] });
const INSTALL_MS = often(120_000, 600_000);
const EXPERIMENT = "node_modules/squall/experiments/shop/checkout-survives-slow-payments.yaml";

interface Manifest {
  readonly version: string;
  readonly files: readonly string[];
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}
const MANIFEST = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as Manifest;

describe("the package", () => {
  let [folder, node, said] = ["", "", ""];
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "squall-package-"));
    node = ensureNode(MAJOR);
    // Pack a copy: `npm pack` in the checkout would rebuild the files that other tests run.
    const copy = join(folder, "copy");
    for (const name of [
      "package.json",
      "README.md",
      "LICENSE",
      "CHANGELOG.md",
      "cli/squall.js",
      "dist",
      "docs",
      "experiments",
    ])
      cpSync(join(ROOT, name), join(copy, name), { recursive: true });
    npm(node, ["pack", "--ignore-scripts", "--pack-destination", folder], copy);
    rmSync(copy, { recursive: true });
    const [archive] = readdirSync(folder).filter((name) => name.endsWith(".tgz"));
    mkdirSync(join(folder, "empty"));
    said = npm(node, ["install", ...OPTIONS, join("..", archive!)], join(folder, "empty"));
  }, INSTALL_MS);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it("is installed without a complaint about engines, and without what only its development or its demo needs", () => {
    expect(said).not.toMatch(/EBADENGINE|deprecated|ERESOLVE|vulnerab/);
    const installed = (name: string) => existsSync(join(folder, "empty/node_modules", name));
    expect(Object.keys(MANIFEST.dependencies).every(installed)).toBe(true);
    expect(Object.keys(MANIFEST.devDependencies).filter(installed)).toEqual([]);
  });
  it("has no source, no test and no map in it, and the notices of what it bundles", () => {
    const files = readdirSync(join(folder, "empty/node_modules/squall"), { recursive: true }).map(String);
    expect(files.filter((file) => /\.(ts|tsx|map)$|\.test\./.test(file))).toEqual([]);
    expect(files).toEqual(
      expect.arrayContaining(["dist/THIRD_PARTY.md", "dist/web/third-party.md", "dist/web/index.html"]),
    );
  });
  it("is made, installed and tried as README says", () => {
    const text = /^```sh package\n([\s\S]*?)^```$/m.exec(readFileSync(join(ROOT, "README.md"), "utf8"))?.[1];
    expect(text?.trim().split("\n")).toEqual([
      "npm pack",
      `npm install ./squall-${MANIFEST.version}.tgz`,
      `npx squall run ${EXPERIMENT}`,
    ]);
  });
  it("runs the shop's experiment", { timeout: 120_000 }, async () => {
    const network = await openNetwork();
    const home = join(folder, "home");
    try {
      const squall = ["node_modules/.bin/squall", "run", EXPERIMENT];
      const [command, ...argv] = network.within([node, ...squall]);
      const options = {
        cwd: join(folder, "empty"),
        env: { ...process.env, SQUALL_HOME: home, NO_COLOR: "1" },
        encoding: "utf8",
      } as const;
      const { status, stdout, stderr } = await repeatStarved(
        () => spawnSync(command, argv, options),
        (end) => ({ code: end.status, text: end.stdout }),
      );
      expect({ status }, `${stdout}${stderr}`).toEqual({ status: 0 });
      expect(stdout).toContain("HELD");
      checkJournals(home);
    } finally {
      await network.close();
    }
  });
});
