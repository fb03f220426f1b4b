import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** The long ones first, so that none is left to run alone at the end. Each takes over a minute, the first three. */
const LONG = [
  ...["browser/connection-faults", "browser/states", "transparency/pairs", "browser/break-this", "browser/run-page"],
  ...[
    "mesh/stalls",
    "run/leak",
    "redirect/kills",
    "mesh/experiments",
    "crash/server",
    "docs",
    "cli/run",
    "cli/ci-docs",
  ],
  ...["crash/partition-database", "stop/brake", "cli/remote", "mesh/exposure", "crash/agents", "crash/partition"],
  ...["server/safety", "crash/clocks", "browser/shop", "browser/dashboard", "browser/brake", "cli/life"],
  ...["stop/npx", "server/uncaught", "machines/package", "clients/clients", "api/fuzz", "api/schemathesis"],
  ...[
    "cli/reports",
    "server/runs",
    "cli/dashboard",
    "serve/configured",
    "mesh/kill",
    "serve/database",
    "transparency/faults",
    "transparency/tiers",
  ],
  ...["serve/failover", "run/verdicts", "crash/crash", "run/mishaps", "run/stalls", "run/seed"],
];
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => {
      const found = LONG.findIndex((name) => moduleId.includes(`test/${name}.test.ts`));
      return found < 0 ? LONG.length : found;
    };
    return (await super.sort(files)).toSorted((a, b) => rank(a) - rank(b));
  }
}

/** Run on every Node that is supported, by `npm run test:nodes`. */
const NODES = ["test/nodes/exit.test.ts", "test/nodes/collected.test.ts"];

export default defineConfig({
  test: {
    sequence: { sequencer: LongestFirst },
    globalSetup: ["test/temporary.ts", "test/environment.ts"],
    projects: [
      {
        test: {
          name: "unit",
          include: [
            "{experiments,agent,server,cli,web,scripts}/**/*.test.ts",
            "test/{architecture,style}.test.ts",
            "test/bench/**/*.test.ts",
          ],
          pool: "threads",
          // They take their clocks and chance as arguments and change nothing that they share: the imports are paid for once.
          isolate: false,
          testTimeout: 20_000,
        },
      },
      {
        // Real processes, sockets and seconds, on the built dist/. They wait more than they work: a fifth to a third of a core each.
        test: {
          name: "whole",
          include: ["test/**/*.test.ts"],
          exclude: ["test/{architecture,style}.test.ts", "test/bench/**", "test/cluster/**", ...NODES],
          pool: "forks",
          maxWorkers: 4,
          // What two files load is loaded once; none leaves anything behind in its process.
          isolate: false,
          // Each test has processes and ports of its own; more of them at a time starve each other on two cores.
          maxConcurrency: 2,
          testTimeout: 60_000,
          // Real seconds on a machine that may be busy elsewhere; each further try is told in the output.
          retry: 2,
          hookTimeout: 60_000,
          sequence: { groupOrder: 1 },
        },
      },
      {
        // Last: a starting cluster takes both cores, and so does the build of Kubernetes.
        test: {
          name: "cluster",
          include: ["test/cluster/**/*.test.ts"],
          pool: "forks",
          maxWorkers: 2,
          testTimeout: 60_000,
          retry: 2,
          hookTimeout: 60_000,
          sequence: { groupOrder: 2 },
        },
      },
      {
        test: { name: "nodes", include: NODES, pool: "forks", maxWorkers: 1, testTimeout: 60_000, hookTimeout: 60_000 },
      },
    ],
  },
});
