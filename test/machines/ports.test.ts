/** Ports held by another user's mesh: the processes of that user can be listed, but not inspected. */
import { chmodSync, chownSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { describe } from "vitest";
import { it, pairExperiment, SQUALL } from "../cli/squall.ts";
import { launch } from "../stop/launch.ts";
import { until } from "../waiting.ts";
import { lackOfUsers, UNKNOWN_UID } from "./users.ts";

const LACK = lackOfUsers();
const as = (uid: number) => ["setpriv", `--reuid=${uid}`, `--regid=${uid}`, "--clear-groups"];

describe.skipIf(LACK !== null)(`another user's mesh${LACK === null ? "" : ` (left out: ${LACK})`}`, () => {
  it("on the same ports is told in one line, as a Squall mesh of that user", { timeout: 60_000 }, async ({
    yard,
    expect,
  }) => {
    yard.put("quick.yaml", pairExperiment({ name: "quick" }));
    chmodSync(yard.folder, 0o755);
    const [first, second] = [UNKNOWN_UID, UNKNOWN_UID + 1].map((uid) => {
      const home = join(yard.folder, `home-${uid}`);
      mkdirSync(home, { mode: 0o700 });
      chownSync(home, uid, uid);
      return (argv: readonly string[]) =>
        launch(yard.folder, [...as(uid), process.execPath, SQUALL, ...argv], { SQUALL_HOME: home, HOME: home });
    });
    const up = first!(["up", "mesh.yaml"]);
    try {
      await until("it is up", () => up.said().includes("is up") || up.child.exitCode !== null, 40_000);
      const run = second!(["run", "quick.yaml", "-q"]);
      await run.closed;
      expect(run.child.exitCode).toBe(2);
      const holder = `a Squall mesh of user ${UNKNOWN_UID} \\(pair, pid \\d+, in \\S+/home-${UNKNOWN_UID}/runs/\\S+\\) holds`;
      expect(run.said()).toMatch(
        new RegExp(
          `^INVALID quick: ${holder} 127\\.0\\.0\\.1:\\d+ \\(service front\\), .*\\(edge front → back\\)\\..*\\n$`,
        ),
      );
    } finally {
      up.child.kill("SIGTERM");
      await up.closed;
    }
  });
});
