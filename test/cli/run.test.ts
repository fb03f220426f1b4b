/** `squall run` from files to verdict, on a real small mesh: real processes, sockets and seconds. */
import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { describe, expect } from "vitest";
import { validateXML } from "xmllint-wasm";
import { it, pairExperiment } from "./squall.ts";

const BREAKS = "abort: { status: 503 }";

describe.concurrent("a run", () => {
  it("ends HELD with receipts, an attested audit, and every form of report", async ({ yard }) => {
    yard.put("held.yaml", pairExperiment({ name: "held" }));
    const flags = ["--json", "--seed", "7", "--report", "out", "--junit", "out/junit.xml", "--markdown", "out/all.md"];
    const { code, stdout, stderr } = await yard.squall(["run", "held.yaml", ...flags]);
    const document = JSON.parse(stdout);
    expect({ code, stderr, document }).toMatchObject({ code: 0, document: { schemaVersion: 1, exitCode: 0 } });
    const [run] = document.runs;
    expect(run).toMatchObject({
      file: "held.yaml",
      experiment: "held",
      verdict: "HELD",
      because: "held",
      seed: 7,
      residue: [],
    });
    expect(run.receipts).toMatchObject([{ fault: "back is in trouble", from: "front", to: "back", unit: "exchange" }]);
    expect(run.receipts[0].injected).toBeGreaterThan(10);
    expect(run.expectations).toMatchObject([{ name: "front answers", met: true }]);
    expect(run.audit).toMatchObject([{ grade: "attested" }]);
    expect(run.recoveredMs).not.toBeNull();

    const below = `out/${run.id}`;
    const journal = yard
      .read(`${below}/journal.ndjson`)
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(journal.map(({ sequence }) => sequence)).toEqual(journal.map((_, index) => index + 1));
    expect(journal.at(-1).entry.kind).toBe("closed");
    expect(JSON.parse(yard.read(`${below}/report.json`)).runs[0]).toMatchObject({ id: run.id, verdict: "HELD" });
    expect(yard.read(`${below}/report.txt`)).toMatch(/^HELD {2}held/);
    expect(yard.read(`${below}/report.md`)).toContain("HELD: held");
    expect(yard.read("out/all.md")).toContain("HELD: held");
    const xsd = readFileSync(new URL("./junit.xsd", import.meta.url), "utf8");
    const xml = { fileName: "junit.xml", contents: yard.read("out/junit.xml") };
    const checked = await validateXML({ xml, schema: { fileName: "junit.xsd", contents: xsd } });
    expect(checked.errors).toEqual([]);
    expect(stderr).toContain("held: baseline");
    expect(yard.left()).toEqual([]);
  });

  it("ends BROKEN with 1, shows the reason, and annotates the expectation's line under GitHub Actions", async ({
    yard,
  }) => {
    const text = pairExperiment({ name: "broken", fault: BREAKS });
    yard.put("broken.yaml", text);
    yard.put("summary.md", "before\n");
    const environment = { GITHUB_ACTIONS: "true", GITHUB_STEP_SUMMARY: join(yard.folder, "summary.md") };
    const { code, stdout, stderr } = await yard.squall(["run", "broken.yaml"], environment);
    expect(code).toBe(1);
    expect(stdout).toMatch(/BROKEN {2}broken/);
    expect(stdout).toContain("recovered");
    const line = text.split("\n").findIndex((one) => one.includes("name: front answers")) + 1;
    expect(stderr).toMatch(new RegExp(`^::error file=broken.yaml,line=${line},title=BROKEN%3A broken::`, "m"));
    expect(yard.read("summary.md")).toMatch(/^before\n## Squall[\s\S]*BROKEN: broken/);
  });

  it("that hits nothing is INCONCLUSIVE with 3, and an error in JUnit", async ({ yard }) => {
    yard.put("nohits.yaml", pairExperiment({ name: "nohits", match: "{ path: /nothing }" }));
    const { code, stdout } = await yard.squall(["run", "nohits.yaml", "--json", "--junit", "junit.xml"]);
    expect(code).toBe(3);
    expect(JSON.parse(stdout).runs[0]).toMatchObject({ verdict: "INCONCLUSIVE", because: "no-hits" });
    expect(yard.read("junit.xml")).toContain('failures="0" errors="2"');
  });

  it("--only baseline and --shadow give no verdict and hit nothing", async ({ yard }) => {
    yard.put("broken.yaml", pairExperiment({ name: "broken", fault: BREAKS }));
    const only = await yard.squall(["run", "broken.yaml", "--only", "baseline", "--json"]);
    expect(JSON.parse(only.stdout).runs[0]).toMatchObject({ verdict: null, because: "baseline-only", injected: false });
    const shadow = await yard.squall(["run", "broken.yaml", "--shadow", "--json"]);
    const [run] = JSON.parse(shadow.stdout).runs;
    expect(run).toMatchObject({ verdict: null, because: "shadow", receipts: [{ injected: 0 }] });
    expect(run.receipts[0].matched).toBeGreaterThan(10);
  });

  it("tells its journal as it happens with --events, each record with the run's id", async ({ yard }) => {
    yard.put("held.yaml", pairExperiment({ name: "held" }));
    const { stdout } = await yard.squall(["run", "held.yaml", "--events", "--quiet"]);
    const records = stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(records[0]).toMatchObject({ sequence: 1, entry: { kind: "created" } });
    expect(records.at(-1).entry.kind).toBe("closed");
    expect(new Set(records.map(({ run }) => run))).toEqual(new Set([records[0].entry.created.plan.run]));
  });

  it("goes on although whoever reads its output is gone, and still ends with its code", async ({ yard }) => {
    yard.put("held.yaml", pairExperiment({ name: "held", fault: BREAKS }));
    const running = yard.start(["run", "held.yaml", "--events"]);
    running.child.stdout!.once("data", () => running.child.stdout!.destroy());
    running.child.stderr!.resume();
    const code = await new Promise((done) => running.child.on("exit", done));
    expect(code).toBe(1);
  });
});

describe.concurrent("several files", () => {
  it("run in order on one start of their mesh; the worst verdict's code wins; labels choose", async ({ yard }) => {
    yard.put("suite/1.yaml", pairExperiment({ name: "first" }).replace("./mesh.yaml", "../mesh.yaml"));
    yard.put("suite/2.yaml", pairExperiment({ name: "second", fault: BREAKS }).replace("./mesh.yaml", "../mesh.yaml"));
    yard.put(
      "suite/3.yaml",
      pairExperiment({ name: "third", labels: "suite: other" }).replace("./mesh.yaml", "../mesh.yaml"),
    );
    const { code, stdout, stderr } = await yard.squall(["run", "suite", "-l", "suite=pair", "--json"]);
    expect(code).toBe(1);
    const { runs } = JSON.parse(stdout);
    expect(runs.map(({ experiment, verdict }: Record<string, string>) => [experiment, verdict])).toEqual([
      ["first", "HELD"],
      ["second", "BROKEN"],
    ]);
    expect(stderr.match(/^mesh pair/gm)).toHaveLength(1);
    expect(yard.runFolders()).toHaveLength(1);
    expect(stderr).toMatch(/VERDICT +EXPERIMENT/);
  });

  it("--repeat with one seed hits the same samples every time", async ({ yard }) => {
    const fault = "share: 30%\n      latency: { delay: 5ms }";
    yard.put("share.yaml", pairExperiment({ name: "share", fault, during: "2s" }));
    const { stdout } = await yard.squall(["run", "share.yaml", "--seed", "11", "--repeat", "2", "--json"]);
    const { runs } = JSON.parse(stdout);
    expect(runs).toHaveLength(2);
    // A last sample of the baseline may come under the fault too, in only a single run: this shifts the later ordinals.
    const [first, second] = runs.map(({ receipts }: { receipts: { ordinals: number[] }[] }) =>
      receipts[0]!.ordinals.map((ordinal, i, all) => ordinal - (all[i - 1] ?? 0)),
    );
    expect(second.length).toBeGreaterThan(20);
    expect(`,${first.join()},`).toContain(`,${second.slice(3, 18).join()},`);
  });

  it("do not start at all when one of them is wrong, and all are told", async ({ yard }) => {
    yard.put("good.yaml", pairExperiment({ name: "good" }));
    yard.put("typo.yaml", pairExperiment({ name: "typo", fault: "latncy: { delay: 1s }" }));
    const { code, stdout, stderr } = await yard.squall([
      "run",
      "good.yaml",
      "typo.yaml",
      "--json",
      "--junit",
      "junit.xml",
    ]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/typo\.yaml:\d+:\d+: .*did you mean `latency`/);
    const document = JSON.parse(stdout);
    expect(document).toMatchObject({ exitCode: 2, problems: [{ file: "typo.yaml", suggestion: "latency" }] });
    expect(document.runs.map(({ verdict }: { verdict: string }) => verdict)).toEqual(["INVALID", "INVALID"]);
    expect(yard.read("junit.xml").match(/<error /g)).toHaveLength(2);
    expect(yard.read("junit.xml")).toMatch(/message="typo\.yaml:\d+:\d+: [^"]*did you mean `latency`/);
    expect(yard.runFolders()).toEqual([]);
  });
});

describe.concurrent("a mesh that cannot start", () => {
  it("because a port is taken is INVALID and names the holder, who is left alone", async ({ yard }) => {
    const [, port] = /listen: "127\.0\.0\.1:(\d+)"/.exec(yard.read("mesh.yaml"))!;
    const holder = createServer();
    await new Promise<void>((done) => holder.listen(Number(port), "127.0.0.1", done));
    try {
      yard.put("held.yaml", pairExperiment({ name: "held" }));
      const { code, stdout } = await yard.squall(["run", "held.yaml", "--json"]);
      expect(code).toBe(2);
      expect(JSON.parse(stdout).runs[0]).toMatchObject({ verdict: "INVALID", because: "ports", injected: false });
      expect(JSON.parse(stdout).runs[0].reason).toContain(`pid ${process.pid}`);
      expect(yard.left()).toEqual([]);
      expect(holder.listening).toBe(true);
    } finally {
      await new Promise((done) => holder.close(done));
    }
  });
  it("because a service does not start shows the end of its log", async ({ yard }) => {
    yard.put("mesh.yaml", yard.read("mesh.yaml").replace("service.mjs", "absent.mjs"));
    yard.put("held.yaml", pairExperiment({ name: "held" }));
    const { code, stdout } = await yard.squall(["run", "held.yaml"]);
    expect(code).toBe(2);
    expect(stdout).toContain("INVALID  held");
    expect(stdout).toContain("absent.mjs");
  });
});
