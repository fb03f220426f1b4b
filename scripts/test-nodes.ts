/**
 * `npm run test:nodes`: for every supported Node, runs the unit tests on the installation by that Node's `npm ci`, each
 * command to the exit code, and a server under idle garbage collection; then the main job of README.
 */
import { spawnSync } from "node:child_process";
import { ensureTree, NODES } from "./nodes.mjs";
import { add, type Counts, closingLine, noTests, runVitest } from "./vitest.ts";

if (spawnSync(process.execPath, ["scripts/prepare.mjs"], { stdio: "inherit" }).status !== 0) process.exit(1);

let counts: Counts = noTests;
for (const [major, version] of Object.entries(NODES)) {
  process.stdout.write(`\nNode ${version}\n`);
  try {
    const { node, tree } = ensureTree(major);
    counts = add(counts, runVitest(node, tree, ["--project", "unit", "--project", "nodes"]));
  } catch (error) {
    process.stdout.write(`left out: ${(error as Error).message}\n`);
    counts = add(counts, { ...noTests, skipped: 1 });
  }
}
counts = add(counts, runVitest(process.execPath, process.cwd(), ["--project", "whole", "test/nodes"]));
process.stdout.write(closingLine(counts));
process.exit(counts.failed === 0 ? 0 : 1);
