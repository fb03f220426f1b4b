/** Runs that are interrupted, meshes that are up, servers and agents that stay: real processes that come and go. */
import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect } from "vitest";
import { it, openYard, pairExperiment, pairMesh, type Yard } from "./squall.ts";

describe.concurrent("an interrupted run", () => {
  it.for(["SIGINT", "SIGTERM"] as const)(
    "by %s takes its faults away, writes its reports and ends HALTED with 4",
    async (signal, { yard }) => {
      yard.put("long.yaml", pairExperiment({ name: "long", during: "60s" }));
      yard.put("next.yaml", pairExperiment({ name: "next" }));
      const argv = ["run", "long.yaml", "next.yaml", "--json", "--report", "out"];
      const running = await yard.startLive(argv, /long: .*faults hit/);
      running.child.kill(signal);
      const { code, stdout, stderr } = await running.ended;
      const document = JSON.parse(stdout);
      expect({ code, stderr, runs: document.runs }).toMatchObject({ code: 4, runs: [{}, {}] });
      const [long, next] = document.runs;
      expect(long).toMatchObject({ verdict: "HALTED", because: "interrupted", injected: true, residue: [] });
      expect(long.audit).toMatchObject([{ grade: "attested" }]);
      expect(next).toMatchObject({ id: "", verdict: "HALTED", because: "interrupted", injected: false });
      expect(yard.read(`out/${long.id}/report.txt`)).toMatch(/^HALTED/);
      expect(yard.left()).toEqual([]);
    },
  );
  it("while its mesh is starting ends HALTED with nothing injected and nothing left", async ({ yard, expect }) => {
    yard.put("long.yaml", pairExperiment({ name: "long" }));
    const running = yard.start(["run", "long.yaml", "--json"]);
    await running.shows("mesh pair");
    running.child.kill("SIGINT");
    const { code, stdout } = await running.ended;
    expect(code).toBe(4);
    expect(JSON.parse(stdout).runs[0]).toMatchObject({ verdict: "HALTED", because: "interrupted", injected: false });
    await expect.poll(yard.left, { timeout: 10_000, interval: 200 }).toEqual([]);
  });
  it("killed with SIGKILL leaves no process, and `runs` shows it HALTED, never HELD", async ({ yard, expect }) => {
    yard.put("long.yaml", pairExperiment({ name: "long", during: "60s" }));
    const running = await yard.startLive(["run", "long.yaml"], "faults ordered");
    running.child.kill("SIGKILL");
    await running.ended;
    await expect.poll(yard.left, { timeout: 10_000, interval: 200 }).toEqual([]);
    const { code, stdout } = await yard.squall(["runs", "--json"]);
    expect(code).toBe(0);
    // The newest comes first; runs that were starved before are INCONCLUSIVE.
    const [killed, ...starved] = JSON.parse(stdout).runs;
    expect(killed).toMatchObject({ experiment: "long", verdict: "HALTED", because: "server-lost", running: false });
    for (const run of starved) expect(run).toMatchObject({ verdict: "INCONCLUSIVE" });
    expect((await yard.squall(["report"])).stdout).toMatch(/^HALTED {2}long/);
  });
});

describe.concurrent("a mesh that is up", () => {
  it("is attached to by run, shows in runs while it runs, can be halted, and goes down", async ({ yard, expect }) => {
    yard.put("long.yaml", pairExperiment({ name: "long", during: "60s" }));
    const up = await yard.squall(["up", "mesh.yaml", "--detach"]);
    expect(up).toMatchObject({ code: 0, stderr: expect.stringContaining("mesh pair is up") });
    try {
      expect(statSync(join(yard.home, "up/pair.json")).mode & 0o777).toBe(0o600);
      expect((await yard.squall(["up", "mesh.yaml"])).stderr).toContain("is up already");
      const running = await yard.startLive(["run", "long.yaml", "--json"], "faults ordered");
      expect(yard.runFolders()).toHaveLength(1);
      const [shown] = JSON.parse((await yard.squall(["runs", "--json"])).stdout).runs;
      expect(shown).toMatchObject({ experiment: "long", running: true, verdict: null });
      expect((await yard.squall(["runs"])).stdout).toContain("running");
      expect((await yard.squall(["report", "long", "--format", "json"])).stdout).toContain('"verdict": null');
      const halted = await yard.squall(["halt", "long"]);
      expect(halted).toMatchObject({ code: 0, stdout: `halted ${shown.id}\n` });
      const { code, stdout } = await running.ended;
      expect(code).toBe(4);
      expect(JSON.parse(stdout).runs[0]).toMatchObject({ verdict: "HALTED", because: "operator" });
      expect(yard.left()).not.toEqual([]);
    } finally {
      expect((await yard.squall(["down", "pair"])).code).toBe(0);
    }
    await expect.poll(yard.left, { timeout: 10_000, interval: 200 }).toEqual([]);
    expect(existsSync(join(yard.home, "up/pair.json"))).toBe(false);
  });
});

describe.concurrent("halt of a run, where another $SQUALL_HOME has a run of that name", () => {
  const both = async (here: Yard, there: Yard) => {
    there.put("mesh.yaml", await pairMesh());
    return Promise.all(
      [here, there].map(async (yard) => {
        yard.put("here-and-there.yaml", pairExperiment({ name: "here-and-there", during: "60s" }));
        const running = await yard.startLive(["run", "here-and-there.yaml"], "faults ordered");
        const [{ id }] = JSON.parse((await yard.squall(["runs", "--json"])).stdout).runs;
        return { running, id };
      }),
    );
  };
  it("halts its own home's run first, and the other once there is none here", async ({ yard, expect }) => {
    const there = openYard();
    try {
      const [own, other] = await both(yard, there);
      expect(await yard.squall(["halt", "here-and-there"])).toMatchObject({ code: 0, stdout: `halted ${own!.id}\n` });
      expect((await own!.running.ended).code).toBe(4);
      expect(other!.running.child.exitCode).toBeNull();
      expect(await yard.squall(["halt", "here-and-there", "--home-only"])).toMatchObject({ code: 2, stdout: "" });
      expect(await yard.squall(["halt", other!.id])).toMatchObject({ code: 0, stdout: `halted ${other!.id}\n` });
      expect((await other!.running.ended).code).toBe(4);
    } finally {
      there.remove();
    }
  });
  it("without a name halts the run of this home, and names those that go on", async ({ yard, expect }) => {
    const there = openYard();
    try {
      const [own, other] = await both(yard, there);
      const halted = await yard.squall(["halt"]);
      expect(halted).toMatchObject({
        code: 0,
        stdout: `halted ${own!.id}\n`,
        stderr: expect.stringContaining(other!.id),
      });
      expect(halted.stderr).toContain("still under way: ");
      expect(await there.squall(["halt", "--home-only"])).toMatchObject({ code: 0, stdout: `halted ${other!.id}\n` });
      await Promise.all([own!.running.ended, other!.running.ended]);
    } finally {
      there.remove();
    }
  });
});

describe.concurrent("halt --all", () => {
  it("goes straight to an agent whose server is stopped dead", async ({ yard, expect }) => {
    yard.put("long.yaml", pairExperiment({ name: "long", during: "60s" }));
    const running = await yard.startLive(["run", "long.yaml"], "faults ordered");
    running.child.kill("SIGSTOP");
    try {
      const { stdout, stderr } = await yard.squall(["halt", "--all", "--home-only"]);
      expect(stderr).toContain("going straight to its agents");
      expect(stdout).toContain("dropped the faults of the agent");
    } finally {
      running.child.kill("SIGKILL");
    }
    await expect.poll(yard.left, { timeout: 10_000, interval: 200 }).toEqual([]);
  });
});

describe.concurrent("a server that stays", () => {
  it("is reached by run --server with its token, once an agent serves its edges", async ({ yard, expect }) => {
    yard.put("held.yaml", pairExperiment({ name: "held" }));
    const up = await yard.squall(["up", "mesh.yaml", "--detach"]);
    expect(up.code).toBe(0);
    try {
      const { url, token } = JSON.parse(readFileSync(join(yard.home, "up/pair.json"), "utf8"));
      const { code, stdout, stderr } = await yard.squall(["run", "held.yaml", "--server", url, "--json"], {
        SQUALL_TOKEN: token,
      });
      expect({ code, stdout, stderr }).toMatchObject({ code: 0 });
      expect(JSON.parse(stdout).runs[0]).toMatchObject({ verdict: "HELD" });
      expect((await yard.squall(["run", "held.yaml", "--server", url], { SQUALL_TOKEN: "wrong" })).code).toBe(77);
    } finally {
      await yard.squall(["down"]);
    }
  });
  it("serves until it is told to end, and leaves no record", async ({ yard, expect }) => {
    const serving = yard.start(["serve", "--mesh", "mesh.yaml", "--port", "0"]);
    await serving.shows("serving mesh pair at http://127.0.0.1:");
    const path = join(yard.home, "serve/pair/server.json");
    expect(statSync(path).mode & 0o777).toBe(0o600);
    serving.child.kill("SIGTERM");
    expect((await serving.ended).code).toBe(0);
    expect(existsSync(path)).toBe(false);
  });
});

describe.concurrent("an agent on its own", () => {
  it("serves the edges of a mesh and is found by halt --all", async ({ yard, expect }) => {
    const agent = yard.start(["agent", "--mesh", "mesh.yaml"]);
    await agent.shows('"event":"listening"');
    const { stdout } = await yard.squall(["halt", "--all", "--home-only"]);
    expect(stdout).toContain("dropped the faults of the agent");
    agent.child.kill("SIGTERM");
    expect((await agent.ended).code).toBe(0);
  });
});
