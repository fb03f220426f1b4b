/** Reports of real runs: places, cost, and the pruning of old reports. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, expect } from "vitest";
import { REPORT_FORMAT_NAMES } from "../../experiments/model/report/format.ts";
import { it, pairExperiment } from "./squall.ts";

const BREAKS = "abort: { status: 503 }";

describe.concurrent("reports of a run", () => {
  it("as HTML and SARIF tell of every run, with the latencies of each phase", async ({ yard }) => {
    yard.put("held.yaml", pairExperiment({ name: "held" }));
    yard.put("broken.yaml", pairExperiment({ name: "broken", fault: BREAKS }));
    const flags = ["--html", "out/all.html", "--sarif", "out/all.sarif", "--report", "out", "--json"];
    const { code, stdout } = await yard.squall(["run", "held.yaml", "broken.yaml", ...flags]);
    const { runs } = JSON.parse(stdout);
    expect(code).toBe(1);
    const { latency } = runs[0].expectations[0];
    expect(latency.withinMs).toBe(500);
    // The fault holds each call for 30 ms.
    expect(latency.phases.during.p50).toBeGreaterThan(29);
    expect(latency.phases.baseline.n).toBeGreaterThan(10);
    const page = yard.read("out/all.html");
    for (const { id } of runs) expect(page).toContain(id);
    expect(page.match(/<table class="latency">/g)).toHaveLength(2);
    const { results } = JSON.parse(yard.read("out/all.sarif")).runs[0];
    expect(results).toMatchObject([{ ruleId: "BROKEN/expectation" }]);
    const { region } = results[0].locations[0].physicalLocation;
    expect(yard.read("broken.yaml").split("\n")[region.startLine - 1]).toContain("name: front answers");
    expect(yard.read(`out/${runs[0].id}/report.html`)).toContain("HELD");
    // Lines of the file as run, even if the file has changed since.
    yard.put("broken.yaml", "# empty");
    const { stdout: later } = await yard.squall(["report", runs[1].id, "--format", "sarif"]);
    expect(JSON.parse(later).runs[0].results).toEqual(results);
  }, 60_000);

  it("are the same bytes here, from its server, over HTTP, and after the server's end", async ({ yard }) => {
    yard.put("broken.yaml", pairExperiment({ name: "broken", fault: BREAKS }));
    const up = yard.start(["up", "mesh.yaml"]);
    await up.shows("Ctrl-C");
    const { url, token } = JSON.parse(readFileSync(join(yard.home, "up/pair.json"), "utf8"));
    const { stdout } = await yard.squall(["run", "broken.yaml", "--json"]);
    const [{ id, line }] = JSON.parse(stdout).runs;
    expect(yard.read("broken.yaml").split("\n")[line - 1]).toContain("name: front answers");
    const written = async (format: string, ...more: readonly string[]) => {
      const { code, stdout } = await yard.squall(["report", id, "--format", format, ...more], { SQUALL_TOKEN: token });
      expect(code).toBe(0);
      return stdout;
    };
    const byHttp = async (format: string) => {
      const address = `${url}/api/v1/runs/${id}/report?format=${format}`;
      return (await fetch(address, { headers: { authorization: `Bearer ${token}` } })).text();
    };
    const here = new Map<string, string>();
    for (const format of REPORT_FORMAT_NAMES) {
      here.set(format, await written(format));
      expect([format, await written(format, "--server", url)]).toEqual([format, here.get(format)]);
      expect([format, await byHttp(format)]).toEqual([format, here.get(format)]);
    }
    up.child.kill("SIGTERM");
    await up.ended;
    for (const format of REPORT_FORMAT_NAMES)
      expect([format, await written(format)]).toEqual([format, here.get(format)]);
    expect(JSON.parse(here.get("sarif")!).runs[0].results[0].locations[0].physicalLocation).toEqual({
      artifactLocation: { uri: "broken.yaml", uriBaseId: "%SRCROOT%" },
      region: { startLine: line },
    });
  }, 90_000);

  it("start nothing where one of them cannot be written", async ({ yard }) => {
    yard.put("held.yaml", pairExperiment({ name: "held" }));
    mkdirSync(join(yard.folder, "taken"));
    const { code, stderr } = await yard.squall(["run", "held.yaml", "--html", "taken"]);
    expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringContaining("--html taken: is a folder") });
    expect(yard.runFolders()).toEqual([]);
  });

  it("that fail at the end are told, and leave the verdict its code", async ({ yard }) => {
    yard.put("held.yaml", pairExperiment({ name: "held" }));
    const running = yard.start(["run", "held.yaml", "--junit", "out/junit.xml"]);
    await running.shows("held: baseline");
    // A folder takes the place of the file while the run is active.
    mkdirSync(join(yard.folder, "out/junit.xml"), { recursive: true });
    const { code, stderr } = await running.ended;
    expect({ code, stderr }).toMatchObject({
      code: 0,
      stderr: expect.stringMatching(/--junit out\/junit\.xml could not be written \(EISDIR.*the verdict stands/),
    });
  });

  it("leave out what --fail-fast did not run, and the code is the failure's", async ({ yard }) => {
    yard.put("a-nohits.yaml", pairExperiment({ name: "a-nohits", match: "{ path: /nothing }" }));
    yard.put("b-held.yaml", pairExperiment({ name: "b-held" }));
    const { code, stdout } = await yard.squall(["run", "a-nohits.yaml", "b-held.yaml", "--fail-fast", "--json"]);
    const { runs, exitCode } = JSON.parse(stdout);
    expect({ code, exitCode }).toEqual({ code: 3, exitCode: 3 });
    expect(runs[1]).toMatchObject({ id: "", verdict: "HALTED", reason: expect.stringContaining("--fail-fast") });
  });

  it("are pruned with their folders once they are old, and what runs is left alone", async ({ yard }) => {
    yard.put("held.yaml", pairExperiment({ name: "held", during: "2s" }));
    yard.put("long.yaml", pairExperiment({ name: "long", during: "60s" }).replaceAll("mesh.yaml", "other.yaml"));
    const { code, stdout } = await yard.squall(["run", "held.yaml", "--json"]);
    expect(code).toBe(0);
    const [{ id }] = JSON.parse(stdout).runs;
    expect((await yard.squall(["runs", "--prune", "1h"])).stdout).toBe("");
    const dry = await yard.squall(["runs", "--prune", "0s", "--dry-run"]);
    expect(dry.stdout).toMatch(new RegExp(`^${id}  HELD  \\d+s ago\\n$`));
    expect(dry.stderr).toContain("1 run and 1 folder older than 0s would be removed");
    expect(yard.runFolders()).toHaveLength(1);
    const { pairMesh } = await import("./squall.ts");
    yard.put("other.yaml", await pairMesh("other"));
    const running = await yard.startLive(["run", "long.yaml"], "faults ordered");
    const pruned = await yard.squall(["runs", "--prune", "0s"]);
    expect(pruned).toMatchObject({ code: 0, stdout: expect.stringContaining(id) });
    expect(yard.runFolders()).toHaveLength(1);
    expect((await yard.squall(["runs", "--json"])).stdout).toContain('"state": "injecting"');
    running.child.kill("SIGTERM");
    expect((await running.ended).code).toBe(4);
  }, 60_000);

  it("are refused before the start where stdout takes nothing", async ({ yard }) => {
    yard.put("held.yaml", pairExperiment({ name: "held" }));
    symlinkSync("/dev/full", join(yard.folder, "full"));
    expect(existsSync(join(yard.folder, "full"))).toBe(true);
    const { SQUALL } = await import("./squall.ts");
    const command = 'exec "$0" "$1" run held.yaml --json > full';
    let said = "";
    let code = 0;
    try {
      execFileSync("sh", ["-c", command, process.execPath, SQUALL], {
        ...{ cwd: yard.folder, env: { ...process.env, SQUALL_HOME: yard.home, NO_COLOR: "1" }, stdio: "pipe" },
      });
    } catch (error) {
      ({ status: code } = error as { status: number });
      said = String((error as { stderr: Buffer }).stderr);
    }
    expect({ code, said }).toMatchObject({
      code: 2,
      said: expect.stringContaining("stdout cannot be written (ENOSPC)"),
    });
    expect(yard.runFolders()).toEqual([]);
  });
});

it("completion knows the runs that were started here", async ({ yard }) => {
  yard.put("held.yaml", pairExperiment({ name: "held", during: "2s" }));
  const { stdout } = await yard.squall(["run", "held.yaml", "--only", "baseline", "--json"]);
  const [{ id }] = JSON.parse(stdout).runs;
  for (const command of ["report", "watch", "wait", "halt"])
    expect((await yard.squall(["complete", "--", command, "hel"])).stdout).toContain(id);
  expect(readFileSync(join(yard.home, "recent-runs"), "utf8")).toBe(`${id}\n`);
});
