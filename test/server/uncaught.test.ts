/** Uncaught errors in a server or an agent: the process goes on, without a fault, and no run is HELD over the error. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { RunReport } from "../../experiments/model/report/report.ts";
import { openControlPlane } from "../cli/control-plane.ts";
import { pairExperiment } from "../cli/squall.ts";
import { untilStruck } from "../starved.ts";

const HOOK = `--import=${join(import.meta.dirname, "planting.mjs")}`;
const experiment = pairExperiment({ name: "long", during: "20s" }).replace("  mesh: ./mesh.yaml\n", "");
const environmentOf = (kind: string) => ({ NODE_OPTIONS: HOOK, PLANTED: kind });

const withRun = async (
  where: "server" | "agents",
  kind: string,
  check: (plane: Awaited<ReturnType<typeof openControlPlane>>, id: string) => Promise<void>,
) => {
  const plane = await openControlPlane({ [where]: environmentOf(kind) });
  try {
    plane.yard.put("long.yaml", experiment);
    const start = ["run", "long.yaml", "--context", "test", "--select", "front:track=main", "--detach"];
    const begin = async () => {
      let id = "";
      await expect
        .poll(async () => (id = (await plane.squall(...start)).stdout.trim()), { timeout: 20_000, interval: 200 })
        .not.toBe("");
      return id;
    };
    const { token } = JSON.parse(readFileSync(join(plane.serverHome, "serve/pair/server.json"), "utf8"));
    const read = async (id: string) => {
      const response = await fetch(`${plane.url}/api/v1/runs/${id}`, { headers: { authorization: `Bearer ${token}` } });
      return (await response.json()) as RunReport;
    };
    const id = await untilStruck(begin, async (run) => (await read(run)).state === "injecting", read);
    await check(plane, id);
  } finally {
    await plane.close();
  }
};
const reportOf = async (plane: Awaited<ReturnType<typeof openControlPlane>>, id: string) =>
  JSON.parse((await plane.squall("report", id, "--context", "test", "--format", "json")).stdout).runs[0];

describe.sequential.each(["rejection", "exception"])("an uncaught %s", (kind) => {
  it("in the server halts its runs with the cause, is logged with its stack, and the server answers on", () =>
    withRun("server", kind, async (plane, id) => {
      plane.server.child.kill("SIGURG");
      expect((await plane.squall("wait", id, "--context", "test")).code).toBe(4);
      expect(await reportOf(plane, id)).toMatchObject({ verdict: "HALTED", because: "internal" });
      expect((await fetch(`${plane.url}/healthz`)).status).toBe(200);
      plane.server.child.kill("SIGTERM");
      const { code, stderr } = await plane.server.ended;
      expect(code).toBe(0);
      expect(stderr).toContain("Error: planted");
    }));
  it("in an agent drops its faults, and the agent serves its edges on; its run is not HELD", () =>
    withRun("agents", kind, async (plane, id) => {
      for (const { child } of plane.agents) child.kill("SIGURG");
      expect((await plane.squall("wait", id, "--context", "test")).code).toBe(3);
      expect(await reportOf(plane, id)).toMatchObject({ verdict: "INCONCLUSIVE", because: "gap" });
      for (const { child } of plane.agents) expect(child.exitCode ?? child.signalCode).toBeNull();
      const { agents } = JSON.parse((await plane.squall("agents", "--json")).stdout);
      expect(agents).toMatchObject([{ ready: true }, { ready: true }]);
    }));
});
