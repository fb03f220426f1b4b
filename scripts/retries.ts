/**
 * Retries of a test run: a vitest reporter records the tests that needed more than a single try, and `npm test` lists
 * these tests in the closing lines.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import type { Reporter, TestModule } from "vitest/node";

export interface Retry {
  /** Relative to the checkout. */
  readonly file: string;
  readonly name: string;
  readonly tries: number;
  readonly passed: boolean;
  /** First line of the error that made the further try necessary. */
  readonly error: string;
}

/**
 * Files in which every test is an invariant: fault removal, lease, truth of a verdict, loss of a journal, traces of a cluster. In other
 * files the name of a test marks an invariant (`invariant 18: …`, by the numbers of docs/safety.md).
 */
const INVARIANT_FILES: readonly string[] = [
  "test/agent/lease.test.ts",
  "test/cluster/kills.test.ts",
  "test/crash/",
  "test/mesh/kill.test.ts",
  "test/run/seed.test.ts",
  "test/run/verdicts.test.ts",
  "test/server/safety.test.ts",
  "test/store/",
];
/**
 * Tells whether a test is an invariant, which has to hold at the first try of a soak: chance that breaks the invariant
 * once in ten runs breaks it in production too.
 */
export const isInvariant = ({ file, name }: Pick<Retry, "file" | "name">): boolean =>
  INVARIANT_FILES.some((each) => file.startsWith(each)) || /\binvariants? \d/.test(name);

const fileIn = (folder: string): string => join(folder, "reports/retries.json");

/** Retries of the last run in this checkout; empty where vitest did not finish. */
export const readRetries = (folder: string): readonly Retry[] => {
  try {
    return JSON.parse(readFileSync(fileIn(folder), "utf8")) as readonly Retry[];
  } catch {
    return [];
  }
};
export const forgetRetries = (folder: string): void => rmSync(fileIn(folder), { force: true });

const toldAs = (retry: Retry): string =>
  `  ${retry.file} > ${retry.name}: ${retry.tries} tries${isInvariant(retry) ? ", an invariant, which fails a soak" : ""}; ${retry.error}`;
/** Lines on the tests that passed on a further try: the number, and a line for each; empty if there were none. */
export const retryLines = (retries: readonly Retry[]): readonly string[] => {
  const passed = retries.filter((retry) => retry.passed);
  return passed.length === 0 ? [] : [`${passed.length} on a further try:`, ...passed.map(toldAs)];
};

const retriesOf = (module: TestModule, folder: string): readonly Retry[] =>
  [...module.children.allTests()].flatMap((test) => {
    const retryCount = test.diagnostic()?.retryCount ?? 0;
    if (retryCount === 0) return [];
    const { state, errors } = test.result();
    const file = relative(folder, module.moduleId);
    const [error = ""] = (errors?.[0]?.message ?? "").split("\n");
    return [{ file, name: test.fullName, tries: retryCount + 1, passed: state === "passed", error }];
  });

/** Vitest loads this by `--reporter=scripts/retries.ts`, in a process that runs in the checkout's folder. */
export default class RetryReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const folder = process.cwd();
    const retries = modules.flatMap((module) => retriesOf(module, folder));
    mkdirSync(dirname(fileIn(folder)), { recursive: true });
    writeFileSync(fileIn(folder), JSON.stringify(retries, null, 1));
  }
}
