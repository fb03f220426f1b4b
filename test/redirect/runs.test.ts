/**
 * Runs through a real server over redirected edges, in networks of their own: verdicts on services that know nothing of
 * agents. The server and the callers' agent are in the caller's room; the callee's agent is in the hub.
 */
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { checkJournals } from "../journals.ts";
import { needing } from "../needing.ts";
import { ROOT } from "../tiny.ts";
import { sleep, until } from "../waiting.ts";
import { House, lackOfRedirect, rulesetOf, runIn } from "./house.ts";

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

const SQUALL = join(ROOT, "cli/squall.js");
const TOKEN = "an-admin-token-for-tests";
const PAYMENTS = "http://10.213.0.1:8080/";
const SERVER = "http://10.213.0.2:4780";
const MESH = {
  apiVersion: "squall.dev/v1",
  kind: "Mesh",
  metadata: { name: "shop" },
  spec: {
    services: { checkout: { endpoints: ["10.213.0.2:7000"] }, payments: { endpoints: ["10.213.0.1:8080"] } },
    edges: [
      { from: "checkout", to: "payments", protocol: "http" },
      { from: "checkout", to: "payments", at: "callee", protocol: "http" },
    ],
  },
};
const experiment = (fault: object, at?: "callee") => ({
  apiVersion: "squall.dev/v1",
  kind: "Experiment",
  metadata: { name: "payments-away" },
  spec: {
    phases: { warmup: "300ms", baseline: "2s", during: "5s", recovery: { within: "8s", hold: "500ms" } },
    hypothesis: [
      {
        name: "checkout answers",
        http: { url: "http://127.0.0.1:7000/", timeout: "2s", every: "50ms" },
        good: { status: "2xx" },
        objective: "95%",
      },
    ],
    faults: [
      {
        name: "away",
        edge: { from: "checkout", to: "payments", ...(at !== undefined && { at }) },
        hits: { atLeast: 5 },
        ...fault,
      },
    ],
  },
});

const stage = async (...modes: readonly string[]) => {
  const house = await House.open(1);
  const folder = mkdtempSync(join(tmpdir(), "squall-redirect-runs-"));
  cleanUps.push(
    () => rmSync(folder, { recursive: true, force: true }),
    () => checkJournals(folder),
    () => house.close(),
  );
  const room = house.room();
  await house.serve(house.hub, "payments", 8_080);
  await house.front(room, "checkout", 7_000, PAYMENTS, ...modes);
  const caller = await house.caller(room);
  // Opens the connection that `kept` keeps, before any agent is there.
  expect((await caller.call("http://127.0.0.1:7000/")).status).toBe(200);
  const env = { ...process.env, NO_COLOR: "1", SQUALL_HOME: join(folder, "home"), SQUALL_TOKEN: TOKEN };
  const squall = (where: typeof room, home: string, ...argv: readonly string[]) => {
    const child = house.start(where, [process.execPath, SQUALL, ...argv], { ...env, SQUALL_HOME: join(folder, home) });
    let text = "";
    for (const stream of [child.stdout!, child.stderr!])
      stream.setEncoding("utf8").on("data", (part: string) => {
        text += part;
      });
    return { child, text: () => text };
  };
  const mesh = join(folder, "mesh.yaml");
  writeFileSync(mesh, JSON.stringify(MESH));
  const listen = ["--listen", "10.213.0.2:4780", "--insecure", "--folder", join(folder, "server")];
  const server = squall(room, "home", "serve", "--mesh", mesh, ...listen);
  await until("the server is up", () => / at https?:/.test(server.text()), 60_000).catch((error: Error) => {
    throw new Error(`${error.message}\n${server.text()}`);
  });
  const agent = async (service: "checkout" | "payments", ...argv: readonly string[]) => {
    const where = service === "checkout" ? room : house.hub;
    const flags = ["agent", "--server", SERVER, "--service", service, "--instance", `${service}-1`, ...argv];
    const started = squall(where, `home-${service}`, ...flags);
    const isUp = () => started.text().includes('"event":"listening"') || started.child.exitCode !== null;
    await until("the agent serves", isUp, 30_000).catch((error: Error) => {
      throw new Error(`${error.message}\n${started.text()}`);
    });
    await sleep(1_500);
    return started;
  };
  const run = async (spec: object) => {
    const file = join(folder, "experiment.yaml");
    writeFileSync(file, JSON.stringify(spec));
    const running = squall(room, "home-cli", "run", file, "--server", SERVER);
    const [code] = (await once(running.child, "close")) as [number];
    return { code, text: running.text() };
  };
  /** Lines of the server's metrics that begin with a name. */
  const metrics = (name: string) => {
    const ask = `fetch("${SERVER}/metrics", { headers: { authorization: "Bearer ${TOKEN}" } }).then(async (answer) => console.log(await answer.text()))`;
    return runIn(room, process.execPath, "-e", ask)
      .split("\n")
      .filter((line) => line.startsWith(name));
  };
  return { house, room, agent, run, caller, metrics };
};
const [HELD, BROKEN, INVALID, INCONCLUSIVE] = [0, 1, 2, 3];
const ABORT = { abort: { status: 503 } };

describe("a run over a redirected edge", () => {
  const it = needing(test, lackOfRedirect());
  it("is BROKEN where the caller breaks, at either place, and leaves no rule behind", {
    timeout: 120_000,
  }, async () => {
    const { house, agent, run } = await stage();
    const before = rulesetOf(house.hub);
    await agent("checkout", "--intercept");
    const callee = await agent("payments", "--intercept");
    const atCaller = await run(experiment(ABORT));
    expect(atCaller.code, atCaller.text).toBe(BROKEN);
    const atCallee = await run(experiment(ABORT, "callee"));
    expect(atCallee.code, atCallee.text).toBe(BROKEN);
    callee.child.kill("SIGTERM");
    await until("the ruleset is as before", () => rulesetOf(house.hub) === before, 5_000);
  });

  it("is HELD where the caller has a fallback, at either place, with latency as with aborts", {
    timeout: 180_000,
  }, async () => {
    const { agent, run } = await stage("fallback");
    await agent("checkout", "--intercept");
    await agent("payments", "--intercept");
    for (const fault of [ABORT, { latency: { delay: "700ms" } }])
      for (const at of [undefined, "callee"] as const) {
        const { code, text } = await run(experiment(fault, at));
        expect(code, text).toBe(HELD);
      }
  });

  it("is INCONCLUSIVE where a connection from before passes by, and not with `existing: reset`", {
    timeout: 180_000,
  }, async () => {
    for (const at of [undefined, "callee"] as const) {
      const { agent, run, caller } = await stage("kept", "fallback");
      await agent(at === "callee" ? "payments" : "checkout", "--intercept");
      const spared = await run(experiment({ ...ABORT, hits: { atLeast: 1 } }, at));
      expect(spared.code, spared.text).toBe(INCONCLUSIVE);
      expect(spared.text).toMatch(/existing: reset/);
      expect((await caller.call("http://127.0.0.1:7000/")).body).toBe("checkout 200");
      const cut = await run(experiment({ ...ABORT, existing: "reset" }, at));
      expect(cut.code, cut.text).toBe(HELD);
    }
  });

  it("is INVALID at the callee where no agent there has a redirect, and says the remedy", {
    timeout: 90_000,
  }, async () => {
    const { agent, run } = await stage();
    await agent("checkout", "--intercept");
    const { code, text } = await run(experiment(ABORT, "callee"));
    expect(code, text).toBe(INVALID);
    expect(text).toMatch(/--intercept/);
  });
});

describe("a server of an agent at the callee", () => {
  const it = needing(test, lackOfRedirect());
  it("counts the connections of no declared caller on its metrics", { timeout: 90_000 }, async () => {
    const { house, room, agent, metrics, caller } = await stage();
    await agent("checkout", "--intercept");
    await agent("payments", "--intercept");
    const name = "squall_stranger_connections_total";
    await until("the series begins", () => metrics(name).length > 0);
    expect(metrics(name)).toEqual([`${name}{service="payments"} 0`]);
    runIn(room, "ip", "addr", "add", "10.99.0.3/32", "dev", "lo");
    runIn(house.hub, "ip", "route", "add", "10.99.0.3/32", "via", "10.213.0.2");
    for (let i = 0; i < 3; i++) expect((await caller.call(PAYMENTS)).status).toBe(200);
    // Of the agent's group, so that the call leaves from its own address.
    const odd = await house.caller(room, 4_780);
    for (let i = 0; i < 2; i++) expect((await odd.call(PAYMENTS, { from: "10.99.0.3" })).status).toBe(200);
    await until("both are counted", () => metrics(name)[0] === `${name}{service="payments"} 2`, 5_000);
  });
});
