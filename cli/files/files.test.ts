import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { CommandError } from "../exit.ts";
import { collect, shownPath } from "./collect.ts";
import { labelFilter } from "./labels.ts";
import { loadExperiments } from "./load.ts";
import { readVariables } from "./variables.ts";

let cwd = "";
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), "squall-files-"));
});
afterEach(() => rmSync(cwd, { recursive: true, force: true }));
const put = (path: string, text: string) => {
  mkdirSync(dirname(join(cwd, path)), { recursive: true });
  writeFileSync(join(cwd, path), text);
};
const noStdin = async (): Promise<string> => {
  throw new Error("nobody asked for stdin");
};
const collected = async (...given: string[]) => (await collect(given, cwd, noStdin)).map(({ file }) => file);

describe("the files of a command line", () => {
  beforeEach(() => {
    for (const path of ["b.yaml", "a.yml", "deep/c.yaml", "notes.txt", "node_modules/x/d.yaml", ".hidden/e.yaml"])
      put(path, path);
  });
  it("are those of a folder, sorted, without other files, dependencies and hidden folders", async () => {
    expect(await collected(".")).toEqual(["a.yml", "b.yaml", "deep/c.yaml"]);
  });
  it("are what a glob matches, sorted", async () => {
    expect(await collected("**/*.yaml")).toEqual(["b.yaml", "deep/c.yaml"]);
  });
  it("keep the order in which they are given, and come once", async () => {
    expect(await collected("deep", "b.yaml", "*.yaml", "./b.yaml")).toEqual(["deep/c.yaml", "b.yaml"]);
  });
  it("may be stdin", async () => {
    expect(await collect(["-"], cwd, async () => "kind: Experiment")).toEqual([
      { file: "stdin", text: "kind: Experiment", directory: cwd, named: true },
    ]);
  });
  it("must be there: no file, an empty folder and a glob without a match are errors of usage", async () => {
    mkdirSync(join(cwd, "empty"));
    for (const given of ["nothing.yaml", "empty", "*.json"]) {
      const error = await collected(given).catch((thrown) => thrown);
      expect(error).toBeInstanceOf(CommandError);
      expect(error).toMatchObject({ exitCode: 2, message: expect.stringContaining(given) });
    }
  });
  it("are read without a byte order mark", async () => {
    put("bom.yaml", "\ufeffkind: X");
    expect((await collect(["bom.yaml"], cwd, noStdin))[0]!.text).toBe("kind: X");
  });
  it("are shown by the path below where the command runs, else whole", () => {
    expect(shownPath("/work/a/b.yaml", "/work")).toBe("a/b.yaml");
    expect(shownPath("/other/b.yaml", "/work")).toBe("/other/b.yaml");
  });
});

describe("a label filter", () => {
  const labels = { service: "checkout", tier: "edge" };
  it.each([
    [["service=checkout"], true],
    [["service=payments"], false],
    [["service=checkout,tier=edge"], true],
    [["service=checkout", "tier=backend"], false],
    [["service!=payments"], true],
    [["service!=checkout"], false],
    [["zone=a"], false],
    [["zone!=a"], true],
    [["constructor=x"], false],
    [["constructor"], false],
    [["service in (checkout, payments)"], true],
    [["service in (payments,ledger)", "tier=edge"], false],
    [["service in (payments,checkout),tier=edge"], true],
    [["service notin (payments,ledger)"], true],
    [["service notin (checkout)"], false],
    [["zone notin (a)"], true],
    [["zone in (a)"], false],
    [["service"], true],
    [["zone"], false],
    [["!zone, tier = edge"], true],
    [["!service"], false],
    [[], true],
  ])("%j keeps the experiment: %s", (selectors, kept) => {
    expect(labelFilter(selectors)(labels)).toBe(kept);
  });
  it("that cannot be understood is an error of usage", () => {
    for (const selector of ["", "service in", "service in (a", "service in ((a))", "a=b=c", "in (a)", "a,,b"])
      expect(() => labelFilter([selector]), selector).toThrow(/expected key=value.*key in \(a,b\)/);
  });
});

describe("variables", () => {
  it("come from the environment, then files, then --set; the later wins", async () => {
    put("one.env", "A=file\nB=file # comment\nC='with space'\n");
    const variables = await readVariables(
      { A: "environment", D: "environment" },
      { vars: [join(cwd, "one.env")], set: ["B=set", "E=a=b"] },
    );
    expect(variables).toMatchObject({ A: "file", B: "set", C: "with space", D: "environment", E: "a=b" });
  });
  it("must be NAME=value, and their file must be there", async () => {
    await expect(readVariables({}, { set: ["novalue"] })).rejects.toMatchObject({ exitCode: 2 });
    await expect(readVariables({}, { set: ["1A=x"] })).rejects.toMatchObject({ exitCode: 2 });
    await expect(readVariables({}, { vars: [join(cwd, "none.env")] })).rejects.toMatchObject({ exitCode: 2 });
  });
  it.each([
    ["A=1\nDELAY 2s\n", ':2: expected NAME=value, or a comment that begins with #, got "DELAY 2s"'],
    ["# fine\n\n1A=x\n", ":3: expected NAME=value"],
    ["A: 1\n", ":1: expected NAME=value"],
    ["A='open\nB=2\n", ":1: the quote ' that begins here is never closed"],
  ])("a line of a file that is none is an error: %j", async (text, message) => {
    put("bad.env", text);
    const path = join(cwd, "bad.env");
    await expect(readVariables({}, { vars: [path] })).rejects.toThrow(`--vars ${path}${message}`);
    // The former name has the same meaning.
    await expect(readVariables({}, { envFile: [path] })).rejects.toThrow(message);
  });
  it("a quoted value may go on over several lines", async () => {
    put("long.env", 'export A="one\ntwo"\nB=2\n');
    expect(await readVariables({}, { vars: [join(cwd, "long.env")] })).toMatchObject({ A: "one\ntwo", B: "2" });
  });
});

const EXPERIMENT = (name: string, edge = "front") => `
apiVersion: squall.dev/v1
kind: Experiment
metadata: { name: ${name} }
spec:
  mesh: ./mesh.yaml
  phases: { baseline: 1s, during: 2s, recovery: { within: 2s, hold: 1s } }
  hypothesis:
    - name: front answers
      http: { to: front, rate: 40/s }
      good: { status: 2xx, within: 1s }
      objective: 90%
  faults:
    - name: back is slow
      edge: { from: ${edge}, to: back }
      latency: { delay: "\${DELAY:-1s}" }
`;
const MESH = `
apiVersion: squall.dev/v1
kind: Mesh
metadata: { name: pair }
spec:
  services:
    front: { endpoints: ["127.0.0.1:7001"] }
    back: { endpoints: ["127.0.0.1:7002"] }
  edges: [{ from: front, to: back, listen: "127.0.0.1:7003", protocol: http }]
`;
const load = async (given: readonly string[], variables = {}, rest = {}) =>
  loadExperiments(await collect(given, cwd, noStdin), { cwd, variables, ...rest });

describe("experiments from files", () => {
  beforeEach(() => {
    put("mesh.yaml", MESH);
    put("good.yaml", EXPERIMENT("good"));
  });
  it("come with their mesh, its folder made absolute, and with substituted values", async () => {
    const { loaded, failed } = await load(["good.yaml"], { DELAY: "1234ms" });
    expect(failed).toEqual([]);
    expect(loaded[0]).toMatchObject({ experiment: { name: "good" }, mesh: { mesh: { name: "pair", directory: cwd } } });
    expect(loaded[0]!.secrets).toContain("1234ms");
    expect(JSON.stringify(loaded[0]!.document.value)).toContain("1234ms");
  });
  it("share one digest for one mesh, whoever names it", async () => {
    put("other.yaml", EXPERIMENT("other"));
    const { loaded } = await load(["good.yaml", "other.yaml"]);
    expect(new Set(loaded.map(({ mesh }) => mesh.digest)).size).toBe(1);
  });
  it("that do not fit their mesh tell so at their own place, beside the problems of all other files", async () => {
    put("bad.yaml", EXPERIMENT("bad", "frnt"));
    put("worse.yaml", EXPERIMENT("worse").replace("latency", "latncy"));
    const { loaded, problems } = await load(["bad.yaml", "good.yaml", "worse.yaml"]);
    expect(loaded.map(({ experiment }) => experiment.name)).toEqual(["good"]);
    expect(problems.map(({ file }) => file)).toEqual(expect.arrayContaining(["bad.yaml", "worse.yaml"]));
    expect(problems.find(({ file }) => file === "worse.yaml")).toMatchObject({ suggestion: "latency" });
  });
  it("need a mesh: named, given, or a problem at their place", async () => {
    put("lone.yaml", EXPERIMENT("lone").replace("mesh: ./mesh.yaml", ""));
    expect((await load(["lone.yaml"])).problems[0]).toMatchObject({
      file: "lone.yaml",
      message: expect.stringContaining("--mesh"),
    });
    expect((await load(["lone.yaml"], {}, { mesh: "mesh.yaml" })).failed).toEqual([]);
    put("lost.yaml", EXPERIMENT("lost").replace("./mesh.yaml", "./gone.yaml"));
    expect((await load(["lost.yaml"])).problems[0]).toMatchObject({ message: expect.stringContaining("gone.yaml") });
  });
  it("run commands only when that was allowed", async () => {
    const probe = 'process: { command: ["true"], timeout: 500ms }\n      good: { exit: 0 }';
    put("exec.yaml", EXPERIMENT("exec").replace(/http: .*\n\s+good: .*/, `minSamples: 1\n      ${probe}`));
    expect((await load(["exec.yaml"])).problems[0]).toMatchObject({ message: expect.stringContaining("--allow-exec") });
    expect((await load(["exec.yaml"], {}, { allowExec: true })).failed).toEqual([]);
  });
  it("are not passed over for a mistyped kind, while files of other tools are", async () => {
    put("typo.yaml", EXPERIMENT("typo").replace("kind: Experiment", "kind: Experment"));
    put("deployment.yaml", "apiVersion: apps/v1\nkind: Deployment\n");
    const { problems } = await load(["."]);
    expect(problems).toMatchObject([{ file: "typo.yaml", suggestion: "Experiment" }]);
    expect((await load(["deployment.yaml"])).problems).toMatchObject([{ file: "deployment.yaml" }]);
    expect(await load(["mesh.yaml"])).toMatchObject({ loaded: [], failed: [] });
  });
  it("tell a problem of their mesh once, however many name it", async () => {
    put("mesh.yaml", MESH.replace("listen", "lisen"));
    put("other.yaml", EXPERIMENT("other"));
    const { failed, problems } = await load(["good.yaml", "other.yaml"]);
    expect(failed).toHaveLength(2);
    expect(new Set(problems.map(({ line, message }) => `${line} ${message}`)).size).toBe(problems.length);
    expect(problems.every(({ file }) => file === "mesh.yaml")).toBe(true);
  });
});
