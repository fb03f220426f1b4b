// biome-ignore-all lint/suspicious/noTemplateCurlyInString: this is how variables are written in files
/** Commands without effects on traffic, as real processes. */
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
    expect(JSON.parse(stdout)).toMatchObject({
      ...{ schemaVersion: 1, squall: expect.stringMatching(/^\d/), node: process.versions.node },
    });
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

const SCHEDULE = `apiVersion: squall.dev/v1
kind: Schedule
metadata: { name: nightly }
spec: { experiment: good, cron: "15 10 * * 1-4" }
`;
const POLICY = `apiVersion: squall.dev/v1
kind: Policy
metadata: { name: a-little }
spec: { allow: { faults: [latency], share: 25% } }
`;

/** Files that `run` would refuse without a network. */
describe("validate loads the packages of seldom values when a file has one", () => {
  const good = pairExperiment({ name: "invalid" });
  it.each([
    ["regular expression", pairExperiment({ name: "invalid", match: '{ path: { regex: "/ch(" } }' }), "not RE2 syntax"],
    ["JSON path", good.replace("within: 500ms", 'json: { "$.a[": x }'), "not RFC 9535"],
    ["cron pattern", SCHEDULE.replace("15 10", "15 99"), "expected minute, hour, day of month"],
  ])("a %s that does not compile is an issue", async (_, text, issue) => {
    yard.put("invalid.yaml", text);
    const { code, stderr } = await yard.squall(["validate", "invalid.yaml", "--no-mesh"]);
    expect(code).toBe(2);
    expect(stderr).toContain(issue);
  });
});

describe("validate and run refuse the same", () => {
  const good = () => pairExperiment({ name: "refused" });
  it.each<[string, () => Promise<string> | string, string]>([
    [
      "a folder as mesh",
      () => good().replace("./mesh.yaml", "./bad"),
      "the mesh bad is a folder: name its file, such as bad/mesh.yaml",
    ],
    [
      "a mesh that is not there",
      () => good().replace("./mesh.yaml", "./none.yaml"),
      "the mesh none.yaml does not exist",
    ],
    [
      "no mesh",
      () => good().replace("  mesh: ./mesh.yaml\n", ""),
      "no mesh: name its file, such as `mesh: ./mesh.yaml`",
    ],
    ["a variable of another shell", () => good().replace("during: 3s", 'during: "${X:3s}"'), "begins no variable"],
    [
      "a method that nobody sends",
      () => pairExperiment({ name: "x", match: "{ method: get }" }),
      'methods are written in capitals: "get" matches nothing; did you mean `GET`?',
    ],
    [
      "a path that none begins like",
      () => pairExperiment({ name: "x", match: "{ path: stock }" }),
      'a path begins with "/": "stock" matches nothing; did you mean `/stock`?',
    ],
    [
      "a path with its query",
      () => pairExperiment({ name: "x", match: '{ path: "/a?b=1" }' }),
      "a path is matched without its query",
    ],
    [
      "an anchor in a glob",
      () => pairExperiment({ name: "x", match: '{ path: "^/a*" }' }),
      "belong to regular expressions",
    ],
    [
      "a JSON path that is none",
      () => good().replace("status: 2xx", 'json: { "$.a[": "${X:-1}" }, status: 2xx'),
      "is not RFC 9535",
    ],
    [
      "a directory that is not there",
      async () => {
        yard.put("astray-mesh.yaml", (await pairMesh("astray")).replace("spec:", "spec:\n  directory: ./nowhere"));
        return good().replace("./mesh.yaml", "./astray-mesh.yaml");
      },
      "nowhere does not exist: the commands of the mesh run there",
    ],
  ])("%s", async (_, text, message) => {
    yard.put("refused.yaml", await text());
    for (const command of ["validate", "run"]) {
      const { code, stderr } = await yard.squall([command, "refused.yaml"]);
      expect(stderr).toContain(message);
      expect(code).toBe(2);
    }
  });
  it("but a mesh may be a server's", async () => {
    yard.put("refused.yaml", good().replace("  mesh: ./mesh.yaml\n", ""));
    expect(await yard.squall(["validate", "refused.yaml", "--no-mesh"])).toMatchObject({ code: 0 });
    expect(await yard.squall(["validate", "refused.yaml", "--mesh", "mesh.yaml"])).toMatchObject({ code: 0 });
  });
  it("a mesh by itself is asked for its directory too", async () => {
    yard.put("alone.yaml", (await pairMesh("alone")).replace("spec:", "spec:\n  directory: ./nowhere"));
    expect((await yard.squall(["validate", "alone.yaml"])).stderr).toMatch(
      /alone\.yaml:6:\d+: the directory .*nowhere does not exist/,
    );
  });
});

describe("forms", () => {
  it.each([
    [["validate", "good.yaml"], "experiment/good\n"],
    [["plan", "good.yaml"], "good.yaml\n"],
    [["explain", "good.yaml"], "experiment/good\n"],
    [["explain", "fault.latency"], "spec.faults.latency\n"],
  ])("%j can be told in each", async (argv, name) => {
    expect(await yard.squall([...argv, "-o", "name"])).toMatchObject({ code: 0, stdout: name });
    expect((await yard.squall([...argv, "-o", "yaml"])).stdout).toMatch(/^schemaVersion: 1\n/);
    const { stdout } = await yard.squall([...argv, "-o", "json"]);
    expect(JSON.parse(stdout)).toHaveProperty("schemaVersion", 1);
    expect((await yard.squall([...argv, "--json"])).stdout).toBe(stdout);
    expect((await yard.squall([...argv, "-o", "wide"])).code).toBe(0);
  });
});

describe("explain", () => {
  it("tells a file in sentences", async () => {
    const { code, stdout } = await yard.squall(["explain", "good.yaml"]);
    expect(code).toBe(0);
    expect(stdout).toContain("good");
    expect(stdout).toContain("front");
    expect(stdout.split("\n").length).toBeGreaterThan(3);
    expect(JSON.parse((await yard.squall(["explain", "good.yaml", "--json"])).stdout)).toMatchObject({
      ...{ schemaVersion: 1, documents: [{ kind: "Experiment", name: "good" }] },
    });
  });
  it("documents a field", async () => {
    const { code, stdout } = await yard.squall(["explain", "fault.latency"]);
    expect(code).toBe(0);
    expect(stdout).toContain("delay");
    expect(JSON.parse((await yard.squall(["explain", "fault.latency", "--json"])).stdout)).toMatchObject({
      ...{ schemaVersion: 1, path: "spec.faults.latency" },
    });
  });
  it("fits into 80 columns, however wide the terminal is", async () => {
    const wide = { COLUMNS: "200" };
    for (const target of ["fault.latency", "BROKEN", "no-hits", "good.yaml", "mesh.yaml"]) {
      const { stdout } = await yard.squall(["explain", target], wide);
      expect(stdout.split("\n").filter((line) => [...line].length > 80)).toEqual([]);
    }
  });
  it.each([
    ["BROKEN", "Exit code: 1"],
    ["no-hits", "Verdict: INCONCLUSIVE, exit code 3"],
    ["schedule.cron", "day of week"],
    ["Policy.allow", "share"],
    ["latency", "spec.faults.latency"],
  ])("knows %s", async (target, told) => {
    const { code, stdout } = await yard.squall(["explain", target]);
    expect(stdout).toContain(told);
    expect(code).toBe(0);
  });
  it.each([
    ["BROKN", "BROKEN"],
    ["no-hit", "no-hits"],
    ["latncy", "latency"],
    ["schedul.cron", "schedule"],
  ])("of %s says that perhaps %s was meant", async (target, meant) => {
    const { code, stderr } = await yard.squall(["explain", target]);
    expect(stderr).toContain(`did you mean \`${meant}\`?`);
    expect(code).toBe(2);
  });
  it("tells schedules, policies and meshes in sentences too", async () => {
    yard.put("nightly.yaml", SCHEDULE);
    yard.put("policy.yaml", POLICY);
    const { code, stdout } = await yard.squall(["explain", "nightly.yaml", "policy.yaml", "mesh.yaml"]);
    expect(stdout).toContain('Starts good, its newest version, at "15 10 * * 1-4" (UTC)');
    expect(stdout).toContain("It allows latency on every edge, on 25% of the requests at most");
    expect(stdout).toContain("front calls back at 127.0.0.1:");
    expect(code).toBe(0);
  });
});

describe("plan", () => {
  it("tells edges, agents, samples and what may be bad, and starts nothing", async () => {
    const { code, stdout } = await yard.squall(["plan", "good.yaml"]);
    expect(code).toBe(0);
    expect(stdout).toContain("front → back");
    expect(stdout).toContain("agent pair-agent at 127.0.0.1:");
    expect(stdout).toMatch(/front answers +GET front\/ +50 +125 /);
    expect(stdout).toContain("30 ms latency on 100% of requests from front to back for 3 s; front may fail.");
    expect(stdout).toContain("back is in trouble: matches all requests; proof: 10 hits on every edge");
    expect(stdout).toContain("front answers: good with status 2xx, within 500ms; 95% must be good in every phase");
    const { schemaVersion, plans } = JSON.parse(
      (await yard.squall(["plan", "good.yaml", "--json", "--seed", "5"])).stdout,
    );
    expect(schemaVersion).toBe(1);
    expect(plans[0]).toMatchObject({
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
