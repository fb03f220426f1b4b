/** The commands that touch nothing, as real processes. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openYard, pairExperiment, pairMesh, type Yard } from "./squall.ts";

let yard: Yard;
beforeAll(async () => {
  yard = openYard();
  yard.put("mesh.yaml", await pairMesh());
  yard.put("good.yaml", pairExperiment({ name: "good", labels: "service: front" }));
  yard.put("bad/typo.yaml", pairExperiment({ name: "typo", fault: "latncy: { delay: 1s }" }));
  yard.put("bad/share.yaml", pairExperiment({ name: "share", objective: "120%" }));
});
afterAll(() => yard.remove());

const COMMANDS = [
  "run",
  "plan",
  "validate",
  "explain",
  "up",
  "down",
  "agent",
  "serve",
  "runs",
  "report",
  "halt",
  "version",
];

describe("help", () => {
  it("lists every command and the exit codes", async () => {
    const { code, stdout } = await yard.squall(["--help"]);
    expect(code).toBe(0);
    for (const command of COMMANDS) expect(stdout).toMatch(new RegExp(`^  ${command} `, "m"));
    expect(stdout).toContain("1 BROKEN");
  });
  it.each(COMMANDS.filter((command) => command !== "version"))("of %s has examples", async (command) => {
    const { code, stdout } = await yard.squall([command, "--help"]);
    expect(code).toBe(0);
    expect(stdout).toContain(`squall ${command}`);
    expect(stdout).toContain("Examples:");
  });
  it("tells the version, in words and in JSON", async () => {
    expect((await yard.squall(["--version"])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
    const { stdout } = await yard.squall(["version", "--json"]);
    expect(JSON.parse(stdout)).toMatchObject({ squall: expect.stringMatching(/^\d/), node: process.versions.node });
  });
});

describe("bad usage ends with 2 and says what was expected", () => {
  it.each([
    [["rn"], "Did you mean run"],
    [[], "Usage: squall"],
    [["run"], "missing required argument"],
    [["run", "--frobnicate", "x"], "unknown option"],
    [["run", "nothing.yaml"], "nothing.yaml: no such file"],
    [["run", "good.yaml", "--repeat", "0"], "--repeat 0: expected a whole number"],
    [["run", "good.yaml", "--seed", "1e3"], "--seed 1e3: expected a whole number"],
    [["run", "good.yaml", "--set", "x"], "expected NAME=value"],
    [["run", "good.yaml", "-l", "service in"], "expected key=value"],
    [["run", "good.yaml", "-l", "service=nobody"], "no experiment of 1 has the labels"],
    [["run", "good.yaml", "--json", "--events"], "both write to stdout"],
    [["run", "good.yaml", "--only", "baseline", "--shadow"], "exclude each other"],
    [["run", "good.yaml", "--server", "http://127.0.0.1:1"], "SQUALL_TOKEN"],
    [["validate", "nothing*.yaml"], "matches no file"],
    [["explain", "fault.latncy"], "latency"],
    [["report", "nobody"], "no run begins with nobody"],
    [["report"], "there is no run yet"],
    [["halt", "nobody"], "no run that begins with nobody"],
    [["halt", "x", "--all"], "either a run or --all"],
    [["agent"], "either --mesh FILE"],
    [["down", "nobody"], "not up"],
    [["up", "good.yaml"], "no document of kind Mesh"],
  ])("%j", async (argv, message) => {
    const { code, stdout, stderr } = await yard.squall(argv);
    expect(stderr).toContain(message);
    expect(code).toBe(2);
    expect(stdout).toBe("");
  });
  it("a server that does not answer is 69", async () => {
    const { code, stderr } = await yard.squall(["run", "good.yaml", "--server", "http://127.0.0.1:1"], {
      SQUALL_TOKEN: "x",
    });
    expect(code).toBe(69);
    expect(stderr).toContain("does not answer");
  });
});

describe("validate", () => {
  it("says ok for each document, whatever the environment is", async () => {
    const { code, stdout, stderr } = await yard.squall(["validate", "good.yaml", "mesh.yaml"]);
    expect(stdout).toBe("ok  good.yaml  Experiment good\nok  mesh.yaml  Mesh pair\n");
    expect(stderr).toBe("2 documents ok\n");
    expect(code).toBe(0);
  });
  it("tells every problem of every file with its place, an excerpt and what was probably meant", async () => {
    const { code, stdout, stderr } = await yard.squall(["validate", "bad", "good.yaml", "--mesh", "mesh.yaml"]);
    expect(code).toBe(2);
    expect(stdout).toBe("ok  good.yaml  Experiment good\n");
    expect(stderr).toMatch(/bad\/typo\.yaml:\d+:\d+: .*did you mean `latency`\?\n +\d+ \| +latncy/);
    expect(stderr).toMatch(/bad\/share\.yaml:\d+:\d+: /);
    expect(stderr).toContain("^");
  });
  it("is one document with --json", async () => {
    const { code, stdout } = await yard.squall(["validate", "bad/typo.yaml", "good.yaml", "--json"]);
    const written = JSON.parse(stdout);
    expect(code).toBe(2);
    expect(written).toMatchObject({
      schemaVersion: 1,
      exitCode: 2,
      problems: [{ file: "bad/typo.yaml", suggestion: "latency" }],
    });
    expect(written.documents).toMatchObject([
      { file: "bad/typo.yaml", ok: false },
      { file: "good.yaml", ok: true },
    ]);
  });
  it("reads stdin", async () => {
    const text = pairExperiment({ name: "piped", fault: "latncy: { delay: 1s }" });
    const { code, stderr } = await yard.squall(["validate", "-"], {}, text);
    expect(code).toBe(2);
    expect(stderr).toContain("stdin:");
  });
  it("finds that an edge is not in the mesh", async () => {
    yard.put("astray.yaml", pairExperiment({ name: "astray" }).replace("from: front", "from: frnt"));
    const { code, stderr } = await yard.squall(["validate", "astray.yaml"]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/astray\.yaml:\d+:\d+: .*frnt/);
  });
  it("does not take a folder without any of our files for a good one", async () => {
    yard.put("foreign/deployment.yaml", "apiVersion: apps/v1\nkind: Deployment\n");
    expect(await yard.squall(["validate", "foreign"])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("no document"),
    });
  });
  it("annotates files under GitHub Actions", async () => {
    const { stderr } = await yard.squall(["validate", "bad/typo.yaml"], { GITHUB_ACTIONS: "true" });
    expect(stderr).toMatch(/^::error file=bad\/typo\.yaml,line=\d+,col=\d+,title=INVALID::/m);
  });
  it("prints no control character of a file", async () => {
    yard.put("hostile.yaml", pairExperiment({ name: "hostile" }).replace("apiVersion:", '"\\e[31mapi\\nVersion":'));
    const { code, stderr } = await yard.squall(["validate", "hostile.yaml"]);
    expect(code).toBe(2);
    expect(stderr).not.toContain("\u001b");
  });
});

describe("explain", () => {
  it("tells a file in sentences", async () => {
    const { code, stdout } = await yard.squall(["explain", "good.yaml"]);
    expect(code).toBe(0);
    expect(stdout).toContain("good");
    expect(stdout).toContain("front");
    expect(stdout.split("\n").length).toBeGreaterThan(3);
    expect(JSON.parse((await yard.squall(["explain", "good.yaml", "--json"])).stdout)).toMatchObject([
      { experiment: "good" },
    ]);
  });
  it("documents a field", async () => {
    const { code, stdout } = await yard.squall(["explain", "fault.latency"]);
    expect(code).toBe(0);
    expect(stdout).toContain("delay");
    expect(JSON.parse((await yard.squall(["explain", "fault.latency", "--json"])).stdout)).toHaveProperty("keys");
  });
});

describe("plan", () => {
  it("tells edges, agents, samples and what may be bad, and starts nothing", async () => {
    const { code, stdout } = await yard.squall(["plan", "good.yaml"]);
    expect(code).toBe(0);
    expect(stdout).toContain("front → back");
    expect(stdout).toContain("agent pair-agent at 127.0.0.1:");
    expect(stdout).toMatch(/front answers +GET front\/ +50 +125 /);
    const [planned] = JSON.parse((await yard.squall(["plan", "good.yaml", "--json", "--seed", "5"])).stdout);
    expect(planned).toMatchObject({
      file: "good.yaml",
      plan: { seed: 5, faults: [{ targets: [{ edge: "front->back" }] }] },
    });
  });
  it("tells problems like run does", async () => {
    expect(await yard.squall(["plan", "bad/typo.yaml", "--mesh", "mesh.yaml"])).toMatchObject({ code: 2, stdout: "" });
  });
});

describe("runs, down and halt", () => {
  it("find nothing where nothing was run", async () => {
    expect(await yard.squall(["runs"])).toMatchObject({ code: 0, stdout: "" });
    expect(JSON.parse((await yard.squall(["runs", "--json"])).stdout)).toEqual({ schemaVersion: 1, runs: [] });
    expect(await yard.squall(["down"])).toMatchObject({ code: 0, stderr: "nothing was up\n" });
    expect(await yard.squall(["halt", "--all", "--home-only"])).toMatchObject({
      code: 0,
      stderr: `nothing was running below ${yard.home}\n`,
    });
  });
});

describe("a crash", () => {
  it("ends with 70 and one line, never with a verdict's code", async () => {
    const planted = "process.cwd=()=>{throw/**/Error('planted')}";
    const { code, stderr } = await yard.squall(["validate", "mesh.yaml"], {
      NODE_OPTIONS: `--import=data:text/javascript,${planted}`,
    });
    expect(code).toBe(70);
    expect(stderr).toBe("squall: internal error: planted\nSet SQUALL_DEBUG=1 for the stack.\n");
  });
});
