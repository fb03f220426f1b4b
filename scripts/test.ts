/** `npm test`: builds, finds a browser and PostgreSQL (or installs them), runs every test, and closes with one line that says how many passed. */
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { ensureBrowser } from "./browser.ts";
import { ensurePostgres } from "./postgres.ts";

const node = (script: string, ...args: string[]) =>
  spawnSync(process.execPath, [script, ...args], { stdio: "inherit", env: { ...process.env, NO_COLOR: "1" } }).status ??
  1;

if (node("scripts/prepare.mjs") !== 0) process.exit(1);
try {
  ensureBrowser();
  ensurePostgres();
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exit(1);
}
mkdirSync("reports", { recursive: true });
const status = node(
  "node_modules/vitest/vitest.mjs",
  "run",
  "--reporter=default",
  "--reporter=json",
  "--outputFile.json=reports/tests.json",
  ...process.argv.slice(2),
);

interface Results {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numFailedTestSuites: number;
}
const results = JSON.parse(readFileSync("reports/tests.json", "utf8")) as Results;
// A file that does not even load has no tests that fail, and yet nothing in it passed.
const failed =
  results.numFailedTests +
  (results.numFailedTests === 0 && status !== 0 ? Math.max(1, results.numFailedTestSuites) : 0);
process.stdout.write(
  `${results.numPassedTests} passed, ${failed} failed${results.numPendingTests > 0 ? `, ${results.numPendingTests} skipped` : ""}\n`,
);
process.exit(status);
