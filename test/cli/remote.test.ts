/** The command line against a server that stays, with real agents: every remote task of people and pipelines. */
import { chmodSync, existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { type ControlPlane, openControlPlane } from "./control-plane.ts";
import { pairExperiment } from "./squall.ts";

let plane: ControlPlane;
/** Phases as short as a verdict allows. */
const brief = (name: string, during: string) =>
  pairExperiment({ name, during })
    .replace("  mesh: ./mesh.yaml\n", "")
    .replace("warmup: 300ms, baseline: 1s", "warmup: 100ms, baseline: 700ms")
    .replace("hold: 500ms", "hold: 200ms");
const HELD = brief("held", "2s");
const LONG = brief("long", "60s");
const NIGHTLY = `apiVersion: squall.dev/v1
kind: Schedule
metadata: { name: nightly }
spec: { experiment: stored, cron: "0 3 * * *", timeZone: Europe/Berlin }
`;
const STORED = HELD.replace("name: held", "name: stored");
const MAIN = ["--select", "front:track=main"];
const THERE = ["--context", "test"];

beforeAll(async () => {
  plane = await openControlPlane({ server: { SQUALL_ENV_ALLOW: "CALLER", CALLER: "front" } });
  plane.yard.put("held.yaml", HELD);
  plane.yard.put("long.yaml", LONG);
  plane.yard.put("stored/experiment.yaml", STORED);
  plane.yard.put("stored/schedule.yaml", NIGHTLY);
  await vi.waitFor(
    async () => {
      const { agents } = JSON.parse((await plane.squall("agents", "--json")).stdout);
      expect(agents).toMatchObject([{ ready: true }, { ready: true }]);
    },
    { timeout: 15_000, interval: 100 },
  );
});
afterAll(() => plane.close());

const idOf = async (...argv: readonly string[]): Promise<string> => {
  const { code, stdout, stderr } = await plane.squall("run", ...argv, ...THERE, "--detach");
  expect({ code, stderr }).toMatchObject({ code: 0 });
  return stdout.trim();
};
/** Waits until the run's fault is live, according to the list. */
const injecting = (id: string) =>
  vi.waitFor(
    async () => {
      const { runs } = JSON.parse((await plane.squall("runs", ...THERE, "--json")).stdout);
      expect(runs.find((run: { id: string }) => run.id === id)).toMatchObject({ state: "injecting" });
    },
    { timeout: 20_000, interval: 100 },
  );

describe("from afar", () => {
  describe("agents", () => {
    it("are listed with what they serve and what they are labelled with", async () => {
      const { stdout } = await plane.squall("agents", "-o", "wide");
      expect(stdout).toMatch(/^front-1 +front +ready +none +now +front → back +track=main /m);
      expect((await plane.squall("agents", "-o", "name")).stdout).toBe("front-1\nfront-2\n");
      expect((await plane.squall("agents", "--service", "nobody")).stderr).toContain("no agent of service nobody");
    });
  });
  describe("a run on a server", () => {
    it("is planned with the instances that it would strike", async () => {
      const { code, stdout } = await plane.squall("plan", "held.yaml", ...THERE, "--select", "front:track=canary");
      expect(code).toBe(0);
      expect(stdout).toMatch(/INSTANCE +STRUCK BY\n +front-2 +back is in trouble/);
      expect(stdout).not.toContain("front-1");
      const [planned] = JSON.parse((await plane.squall("plan", "held.yaml", ...THERE, "--json")).stdout).plans;
      expect(planned.server.agents.map(({ instance }: { instance: string }) => instance).sort()).toEqual([
        "front-1",
        "front-2",
      ]);
    });
    it("strikes the instances that are selected, and ends with its verdict", async () => {
      const { code, stdout, stderr } = await plane.squall("run", "held.yaml", ...THERE, ...MAIN, "--json");
      expect({ code, stderr }).toMatchObject({ code: 0 });
      const [run] = JSON.parse(stdout).runs;
      expect(run).toMatchObject({ verdict: "HELD", audit: [{ agent: "front-1", grade: "attested" }] });
    });
    it("that is detached goes on by itself, and is waited for, watched, listed and reported by others", async () => {
      const id = await idOf("held.yaml", ...MAIN, "--idempotency-key", "once");
      expect(await idOf("held.yaml", ...MAIN, "--idempotency-key", "once")).toBe(id);
      const watching = plane.squall("watch", id);
      const { code, stderr } = await plane.squall("wait", id.slice(0, -2), id);
      expect({ code, stderr }).toMatchObject({
        code: 0,
        stderr: expect.stringMatching(new RegExp(`^HELD held ${id}: `)),
      });
      expect(await watching).toMatchObject({ code: 0, stdout: expect.stringMatching(/^HELD {2}held/) });
      const listed = await plane.squall("runs", ...THERE, "--experiment", "held", "--verdict", "HELD", "-o", "name");
      expect(listed.stdout.split("\n")).toContain(id);
      expect((await plane.squall("runs", ...THERE, "--since", "0s", "--json")).stdout).toContain('"runs": []');
      expect((await plane.squall("report", id, ...THERE)).stdout).toMatch(/^HELD {2}held/);
      expect((await plane.squall("runs")).stderr).toContain("no run yet below");
    });
    it("is not found where it is not", async () => {
      expect(await plane.squall("watch", "nobody")).toMatchObject({
        code: 2,
        stderr: "squall: no run begins with nobody here or on context test; `squall runs` lists them\n",
      });
    });
  });
  describe("documents", () => {
    it("are applied all or none, shown, compared, scheduled, and deleted; what is not there is told", async () => {
      plane.yard.put("bad/schedule.yaml", NIGHTLY.replace("Europe/Berlin", "Europe/Berlinn"));
      const bad = await plane.squall("apply", "-f", "stored", "-f", "bad");
      expect(bad).toMatchObject({ code: 2, stdout: "" });
      expect(bad.stderr).toMatch(/bad\/schedule\.yaml:\d+:\d+: [\s\S]*nothing was sent/);
      expect((await plane.squall("get")).stderr).toContain("no document");

      expect((await plane.squall("diff", "-f", "stored")).code).toBe(1);
      const applied = await plane.squall("apply", "-f", "stored");
      expect(applied).toMatchObject({ code: 0, stdout: "experiment/stored created\nschedule/nightly created\n" });
      expect((await plane.squall("apply", "-f", "stored")).stdout).toBe(
        "experiment/stored unchanged\nschedule/nightly unchanged\n",
      );
      expect(await plane.squall("diff", "-f", "stored")).toMatchObject({ code: 0, stdout: "" });

      const changed = STORED.replace("delay: 30ms", "delay: 40ms");
      expect(await plane.piped(changed, "diff", "-f", "-")).toMatchObject({
        code: 1,
        stdout: expect.stringMatching(
          /differs from version 1 {2}stdin\n {2}~ spec\.faults\[0\]\.latency\.delay: "30ms" → "40ms"/,
        ),
      });
      expect((await plane.piped(changed, "apply", "-f", "-")).stdout).toBe("experiment/stored configured\n");
      expect((await plane.squall("get", "experiment", "stored@1", "-o", "yaml")).stdout).toContain("delay: 30ms");
      const shown = await plane.squall("get", "experiments", "stored", "-o", "yaml");
      expect((await plane.piped(shown.stdout, "apply", "-f", "-")).stdout).toBe("experiment/stored unchanged\n");
      expect((await plane.squall("get", "-o", "name")).stdout).toBe("experiment/stored\nschedule/nightly\n");

      expect((await plane.squall("schedule", "list")).stdout).toMatch(
        /^nightly +0 3 \* \* \* +Europe\/Berlin +in \d+[hm]/m,
      );
      const { next } = JSON.parse((await plane.squall("schedule", "next", "-n", "2", "--json")).stdout);
      expect(next).toMatchObject([{ schedule: "nightly", experiment: "stored" }, {}]);
      const paused = await plane.squall("schedule", "pause", "nightly", "--reason", "release week");
      expect(paused).toMatchObject({ code: 0, stdout: "schedule/nightly paused: release week\n" });
      expect((await plane.squall("schedule")).stdout).toContain("paused: release week");
      expect((await plane.squall("schedule", "resume", "nightly")).stdout).toMatch(
        /^schedule\/nightly resumed, next at 2/,
      );
      const { code, stdout } = await plane.squall("schedule", "trigger", "nightly");
      expect(code).toBe(0);
      expect((await plane.squall("wait", stdout.trim())).stderr).toMatch(/^[A-Z]+ stored /);
      const { runs } = JSON.parse((await plane.squall("runs", ...THERE, "--schedule", "nightly", "--json")).stdout);
      expect(runs).toMatchObject([{ experiment: "stored", version: 2 }]);

      expect((await plane.squall("delete", "-f", "stored", "--dry-run")).stdout).toContain("(dry run)");
      expect((await plane.squall("delete", "-f", "stored")).stdout).toBe(
        "schedule/nightly deleted\nexperiment/stored deleted\n",
      );
      expect(await plane.squall("delete", "schedule", "nightly")).toMatchObject({ code: 2 });
      expect((await plane.squall("delete", "schedule", "nightly", "--ignore-not-found")).code).toBe(0);
      expect(await plane.squall("get", "experiment", "stored")).toMatchObject({ code: 2, stdout: "" });
    });
  });
  describe("namespaces", () => {
    it("hold documents of the same name, which each command names, lists, starts and deletes apart", async () => {
      const inShop = ["-n", "shop"];
      expect((await plane.squall("apply", "-f", "stored")).code).toBe(0);
      const applied = await plane.squall("apply", "-f", "stored", ...inShop);
      expect(applied).toMatchObject({
        code: 0,
        stdout: "experiment/shop/stored created\nschedule/shop/nightly created\n",
      });
      expect(applied.stderr).not.toContain("starts nothing");
      expect((await plane.squall("diff", "-f", "stored", ...inShop)).code).toBe(0);
      const placed = STORED.replace("name: stored", "name: stored\n  namespace: shop");
      expect((await plane.piped(placed, "apply", "-f", "-", ...inShop)).stdout).toContain("experiment/shop/stored ");
      expect(await plane.piped(placed, "apply", "-f", "-", "-n", "bank")).toMatchObject({
        ...{ code: 2, stdout: "" },
        stderr: expect.stringContaining("names the namespace shop, the command line bank"),
      });
      expect(await plane.piped(placed, "apply", "-f", "-", "-n", "../x")).toMatchObject({ code: 2, stdout: "" });

      const names = async (...more: readonly string[]) => (await plane.squall("get", "-o", "name", ...more)).stdout;
      expect(await names()).toBe("experiment/stored\nschedule/nightly\n");
      expect(await names(...inShop)).toBe("experiment/shop/stored\nschedule/shop/nightly\n");
      expect((await names("-A")).split("\n")).toHaveLength(5);
      expect((await plane.squall("get")).stdout).not.toContain("NAMESPACE");
      expect((await plane.squall("get", "-A")).stdout).toMatch(
        /^KIND +NAMESPACE +NAME[\s\S]*^Schedule +shop +nightly /m,
      );
      expect((await plane.squall("get", "-n", "bank")).stderr).toContain(
        "in the namespace bank; -A lists those of others",
      );
      expect(await plane.squall("get", "-A", ...inShop)).toMatchObject({ code: 2, stdout: "" });
      for (const named of [["shop/stored"], ["stored", ...inShop], ["shop/stored@1", ...inShop]])
        expect((await plane.squall("get", "experiment", ...named, "-o", "yaml")).stdout).toContain("namespace: shop");
      expect((await plane.squall("get", "experiment", "shop/stored", "-n", "bank")).stderr).toContain(
        "leave one of them out",
      );

      expect((await plane.squall("schedule", "list")).stdout).not.toContain("shop");
      expect((await plane.squall("schedule", "list", "-A")).stdout).toMatch(/^shop +nightly +0 3/m);
      expect((await plane.squall("schedule", "pause", "nightly", ...inShop)).stdout).toContain(
        "schedule/shop/nightly paused",
      );
      expect((await plane.squall("schedule", "resume", "shop/nightly")).stdout).toContain(
        "schedule/shop/nightly resumed",
      );
      const next = JSON.parse((await plane.squall("schedule", "next", "--namespace", "shop", "--json")).stdout).next;
      expect(next[0]).toMatchObject({ schedule: "shop/nightly", experiment: "shop/stored" });

      const run = await plane.squall("run", "stored", ...inShop, ...MAIN, ...THERE, "--json", "--report", "reports");
      const [report] = JSON.parse(run.stdout).runs;
      expect({ code: run.code, report }).toMatchObject({ code: 0, report: { experiment: "shop/stored" } });
      expect(report.id).toMatch(/^shop-stored-[0-9a-f]{8}$/);
      expect(existsSync(join(plane.yard.folder, "reports", report.id, "report.json"))).toBe(true);
      const runs = await plane.squall("runs", ...THERE, "--experiment", "shop/stored", "-o", "name");
      expect(runs.stdout).toBe(`${report.id}\n`);
      expect(await plane.squall("run", "held.yaml", ...inShop)).toMatchObject({ code: 2, stdout: "" });

      expect((await plane.squall("delete", "-f", "stored", ...inShop)).stdout).toBe(
        "schedule/shop/nightly deleted\nexperiment/shop/stored deleted\n",
      );
      expect(await names("-A")).toBe("experiment/stored\nschedule/nightly\n");
      expect((await plane.squall("delete", "-f", "stored")).code).toBe(0);
    });
  });
  describe("applied experiments", () => {
    it("run by name, and are warned of where they cannot work as things stand", async () => {
      const named = (text: string, name: string) => text.replace("name: stored", `name: ${name}`);
      const misfit = named(STORED, "misfit").replace("{ from: front, to: back }", "{ from: back, to: front }");
      const orphan = NIGHTLY.replace("name: nightly", "name: orphan").replace(
        "experiment: stored",
        "experiment: nobody",
      );
      plane.yard.put("doubtful.yaml", [named(STORED, "by-name"), misfit, orphan].join("---\n"));
      const doubts = await plane.squall("diff", "-f", "doubtful.yaml");
      expect(doubts.stderr).toMatch(/Warning: experiment\/misfit cannot run as things stand: .*back/);
      expect(doubts.stderr).toContain("schedule/orphan starts nothing as things stand: there is no experiment nobody");
      expect(doubts.stderr).not.toContain("by-name");
      const variable = misfit
        .replace("name: misfit", "name: variable")
        .replace("from: back", `from: "$${"{CALLER:-back}"}"`);
      plane.yard.put("variable.yaml", variable);
      expect((await plane.squall("diff", "-f", "variable.yaml")).stderr).toMatch(
        /Warning: experiment\/variable cannot run with the defaults of its variables: .*back/,
      );
      plane.yard.put("open.yaml", variable.replace("{CALLER:-back}", "{CALLER}"));
      expect((await plane.squall("diff", "-f", "open.yaml")).stderr).toContain(
        "Note: not judged: experiment/variable has no value for CALLER, which the server has to fill in; judge it by --set CALLER=VALUE",
      );
      const given = await plane.squall("diff", "-f", "open.yaml", "--set", "CALLER=back");
      expect(given.stderr).toMatch(/Warning: experiment\/variable cannot run as things stand: .*back/);
      const applied = await plane.squall("apply", "-f", "doubtful.yaml");
      expect(applied).toMatchObject({ code: 0, stderr: expect.stringContaining("Warning: experiment/misfit") });
      const { code, stdout } = await plane.squall("run", "by-name@1", ...MAIN, ...THERE, "--json");
      const { runs } = JSON.parse(stdout);
      expect({ code, runs }).toMatchObject({ code: 0, runs: [{ experiment: "by-name", verdict: "HELD", file: null }] });
      const listed = JSON.parse((await plane.squall("runs", ...THERE, "--experiment", "by-name", "--json")).stdout);
      expect(listed.runs).toMatchObject([{ version: 1 }]);
      expect(await plane.squall("run", "nobody", ...THERE)).toMatchObject({
        code: 2,
        stderr: expect.stringContaining("nobody: no such file, and"),
      });
      expect((await plane.squall("delete", "-f", "doubtful.yaml")).code).toBe(0);
    });
  });
  describe("tokens", () => {
    it("are shown once, do what their role may, and nothing after they are revoked", async () => {
      const made = await plane.squall(
        "token",
        "create",
        "looker",
        "--role",
        "viewer",
        "--expires",
        "1h",
        "--save",
        "t",
      );
      expect(made).toMatchObject({ code: 0, stdout: "" });
      expect(statSync(join(plane.yard.folder, "t")).mode & 0o777).toBe(0o600);
      const token = readFileSync(join(plane.yard.folder, "t"), "utf8").trim();
      expect(made.stderr).not.toContain(token);
      const as = (...argv: readonly string[]) =>
        plane.yard.squall([...argv, "--server", plane.url], { SQUALL_TOKEN: token });
      expect((await as("agents")).code).toBe(0);
      expect(await as("halt", "--all")).toMatchObject({ code: 77 });
      expect((await as("apply", "-f", "stored")).stderr).toContain("forbidden");
      expect((await plane.squall("token", "list")).stdout).toMatch(/^looker +viewer +\d+s ago +in 59m/m);
      expect((await plane.squall("token", "revoke", "looker")).stdout).toBe("token/looker revoked\n");
      expect((await as("agents")).code).toBe(77);
      expect(JSON.stringify((await plane.squall("token", "list", "--all", "--json")).stdout)).not.toContain(token);
    });
  });
});

describe("halt", () => {
  it("of one run ends it HALTED for whoever waits", async () => {
    const id = await idOf("long.yaml", ...MAIN);
    await injecting(id);
    const waiting = plane.squall("wait", id);
    expect(await plane.squall("halt", id, "--reason", "enough")).toMatchObject({ code: 0, stdout: `halted ${id}\n` });
    expect(await waiting).toMatchObject({ code: 4, stderr: expect.stringContaining("enough") });
  });
  it("of everything halts what is there and closes the gate until it is released", async () => {
    const id = await idOf("long.yaml", ...MAIN);
    await injecting(id);
    const halted = await plane.squall("halt", "--all", ...THERE, "--reason", "paging");
    expect(halted).toMatchObject({ code: 0, stdout: `halted ${id}\n` });
    expect(halted.stderr).toContain("nothing starts at context test until `squall halt --release`");
    const refused = await plane.squall("run", "held.yaml", ...THERE, "--json");
    expect(refused.code).toBe(4);
    expect(JSON.parse(refused.stdout).runs).toMatchObject([{ verdict: "HALTED", because: "refused", id: "" }]);
    expect(JSON.parse(refused.stdout).runs[0].reason).toContain("paging");
    expect((await plane.squall("run", "held.yaml", ...THERE, "--detach")).code).toBe(4);
    expect((await plane.squall("plan", "held.yaml", ...THERE)).stdout).toContain("Refused: ");
    expect(await plane.squall("halt", "--release", "--home-only")).toMatchObject({
      code: 0,
      stdout: "runs may start again at context test\n",
    });
    expect(await idOf("held.yaml", ...MAIN)).toMatch(/^held-/);
  });
});

describe("what is kept", () => {
  it("is backed up to a file of its owner, checked, and restored into an empty database only", async () => {
    expect((await plane.squall("verify", ...THERE)).stderr).toMatch(/^\d+ journals whole, \d+ records\n$/);
    const backup = await plane.squall("backup", "b.ndjson");
    expect(backup).toMatchObject({ code: 0, stderr: expect.stringMatching(/^b\.ndjson: [\d.]+ [kM]B;/) });
    const path = join(plane.yard.folder, "b.ndjson");
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(existsSync(`${path}.part`)).toBe(false);
    expect(await plane.squall("backup", "b.ndjson")).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("--force"),
    });
    expect(await plane.squall("verify", "b.ndjson")).toMatchObject({ code: 0 });
    expect((await plane.squall("restore", "b.ndjson", "--folder", "restored")).stderr).toContain("journals whole");
    expect(await plane.squall("restore", "b.ndjson", "--folder", "restored")).toMatchObject({ code: 2 });
  });
  it("that somebody has changed is not whole", async () => {
    const path = join(plane.yard.folder, "b.ndjson");
    chmodSync(path, 0o600);
    writeFileSync(path, readFileSync(path, "utf8").replace("front answers", "front amswers"));
    const { code, stdout } = await plane.squall("verify", "b.ndjson");
    expect(code).toBe(1);
    expect(stdout).toContain("not as it was written");
  });
});

describe("a server that is dead", () => {
  it("is told with 69, and its agents are reached straight on their host", async () => {
    plane.server.child.kill("SIGSTOP");
    const [far, near] = await Promise.all([
      plane.squall("halt", "--all", ...THERE, "--home-only"),
      plane.yard.squall(["halt", "--all", "--home-only"], { SQUALL_HOME: plane.serverHome }),
    ]);
    plane.server.child.kill("SIGCONT");
    expect(far).toMatchObject({ code: 69, stderr: expect.stringContaining("drop every fault by themselves") });
    expect(near.stdout.match(/dropped the faults of the agent/g)).toHaveLength(2);
  });
  it("leaves another one of the context to answer", async () => {
    const both = [
      "context",
      "set",
      "both",
      "--server",
      "http://127.0.0.1:1",
      "--server",
      plane.url,
      "--token-env",
      "T",
    ];
    await plane.squall(...both);
    const { saved } = { saved: JSON.parse(readFileSync(join(plane.yard.home, "contexts.json"), "utf8")).contexts };
    const environment = { T: saved.test.token.value };
    expect(await plane.yard.squall(["agents", "--context", "both"], environment)).toMatchObject({ code: 0 });
    expect(await plane.squall("agents", "--context", "both")).toMatchObject({ code: 2 });
  });
});
