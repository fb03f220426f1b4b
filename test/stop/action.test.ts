/** Cancelled job: the action of this repository runs, and the signal reaches the step's shell alone. */
import { mkdirSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe } from "vitest";
import { parse } from "yaml";
import { it, pairExperiment, ROOT } from "../cli/squall.ts";
import { until } from "../waiting.ts";
import { ABORT, edgePortOf, WATCHED, watchFaults } from "./faulted.ts";
import { launch } from "./launch.ts";

const action = parse(readFileSync(join(ROOT, "action.yml"), "utf8")) as { runs: { steps: { run: string }[] } };
const STEP = action.runs.steps[0]!.run;

describe.concurrent("the step of the action", () => {
  it.for(["SIGINT", "SIGTERM"] as const)(
    "passes %s on, and tells squall's own code",
    async (signal, { yard, expect }) => {
      mkdirSync(join(yard.folder, "node_modules/.bin"), { recursive: true });
      symlinkSync(join(ROOT, "cli/squall.js"), join(yard.folder, "node_modules/.bin/squall"));
      mkdirSync(join(yard.folder, "packages/shop"), { recursive: true });
      yard.put("long.yaml", pairExperiment({ name: "long", during: "60s", fault: ABORT, match: WATCHED }));
      const environment = {
        ...{ SQUALL_HOME: yard.home, SQUALL_FILES: "../../long.yaml", SQUALL_ARGS: "", SQUALL_REPORT: "out" },
        GITHUB_OUTPUT: join(yard.folder, "output"),
      };
      const line = ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", "-c", STEP];
      const step = launch(join(yard.folder, "packages/shop"), line, environment);
      const faults = watchFaults(edgePortOf(yard));
      try {
        await until("a request is hit", () => faults.lastMs() > 0, 40_000);
        step.child.kill(signal);
        await step.closed;
        expect({ code: step.child.exitCode, said: step.said() }).toMatchObject({ code: 4 });
        expect(yard.read("output")).toBe("exit-code=4\n");
        await expect.poll(yard.left, { timeout: 10_000, interval: 100 }).toEqual([]);
      } finally {
        faults.stop();
        step.end();
      }
    },
  );
});
