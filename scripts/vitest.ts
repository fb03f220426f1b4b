/** Runs vitest and counts passed, failed and skipped tests, and failures outside of tests. */
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { delimiter, join, relative } from "node:path";
import { pathFolders } from "./programs.ts";
import { forgetRetries, isInvariant, type Retry, readRetries, retryLines } from "./retries.ts";

export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}
export const noTests: Counts = { passed: 0, failed: 0, skipped: 0 };

export const add = (a: Counts, b: Counts): Counts => ({
  passed: a.passed + b.passed,
  failed: a.failed + b.failed,
  skipped: a.skipped + b.skipped,
});
/** `12 passed, 0 failed`, and how many were skipped if any were. */
export const closingLine = ({ passed, failed, skipped }: Counts): string =>
  `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}\n`;

interface Told {
  readonly testResults: readonly {
    readonly name: string;
    readonly assertionResults: readonly {
      readonly status: string;
      readonly ancestorTitles: readonly string[];
      readonly title: string;
    }[];
  }[];
}
const RAN: ReadonlySet<string> = new Set(["passed", "failed"]);
const REASON = /\(left out: (.*)\)$/;
/**
 * Lines on tests that did not run, a line for each reason and file: the number and the reason; without a reason in the
 * titles, the title.
 */
export const leftOutLines = ({ testResults }: Told, folder: string): readonly string[] => {
  const groups = new Map<string, number>();
  for (const { name, assertionResults } of testResults)
    for (const { status, ancestorTitles, title } of assertionResults) {
      if (RAN.has(status)) continue;
      const reason = [...ancestorTitles, title]
        .map((words) => REASON.exec(words)?.[1])
        .find((one) => one !== undefined);
      const group = `${relative(folder, name)}: ${reason ?? (ancestorTitles[0] || title)}`;
      groups.set(group, (groups.get(group) ?? 0) + 1);
    }
  return [...groups].map(([group, count]) => `left out: ${count} of ${group}`);
};
/** Tells whether a name filter is set: tests left out by a filter are not listed. */
const isFiltered = (argv: readonly string[]): boolean =>
  argv.some((word) => word === "-t" || word.startsWith("--testNamePattern"));

/** Counts of a soak: an invariant that passed on a further try has failed. */
export const withInvariants = (counts: Counts, retries: readonly Retry[]): Counts => {
  const broken = retries.filter((retry) => retry.passed && isInvariant(retry)).length;
  return { ...counts, passed: counts.passed - broken, failed: counts.failed + broken };
};

/** In the checkout at `folder`, by the Node at `node`. A file that does not load, or a crash, counts as failed. */
export const runVitest = (node: string, folder: string, argv: readonly string[]): Counts => {
  mkdirSync(join(folder, "reports"), { recursive: true });
  const file = join(folder, "reports/tests.json");
  const reporters = ["--reporter=default", "--reporter=json", `--reporter=${join(folder, "scripts/retries.ts")}`];
  const options = [...reporters, `--outputFile.json=${file}`, ...argv];
  forgetRetries(folder);
  const { status } = spawnSync(node, ["node_modules/vitest/vitest.mjs", "run", ...options], {
    stdio: "inherit",
    cwd: folder,
    // Last in the PATH: the system's programs precede unpacked programs.
    env: { ...process.env, NO_COLOR: "1", PATH: [...pathFolders()].join(delimiter) },
  });
  const told = JSON.parse(readFileSync(file, "utf8"));
  if (!isFiltered(argv)) for (const line of leftOutLines(told, folder)) process.stdout.write(`${line}\n`);
  const { numPassedTests: passed, numFailedTests, numPendingTests: skipped, numFailedTestSuites } = told;
  const unseen = numFailedTests === 0 && status !== 0 ? Math.max(1, numFailedTestSuites) : 0;
  const retries = readRetries(folder);
  for (const line of retryLines(retries)) process.stdout.write(`${line}\n`);
  const counts = { passed, failed: numFailedTests + unseen, skipped };
  // A busy machine makes runs end HALTED before a test can stage its scene: outside of a soak such a retry is only listed.
  return process.env.TEST_SOAK === "1" ? withInvariants(counts, retries) : counts;
};
