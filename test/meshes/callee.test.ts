/**
 * Edges at the callee, by a real server and its API: the agents that are given such an edge, and the runs that need it.
 * The agents speak the contract and carry no traffic; `test/redirect/` has agents with a redirect.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test as base, expect } from "vitest";
import { asInstance } from "../../experiments/model/names.ts";
import type { RunReport } from "../../experiments/model/report/report.ts";
import { startService } from "../agent/process.ts";
import { TOKEN } from "../agent/server.ts";
import { checkJournals } from "../journals.ts";
import { type Script, ScriptedAgent } from "../server/scripted-agent.ts";
import { until } from "../waiting.ts";
import { serveIn } from "./serve.ts";

const CALLER = { from: "checkout", to: "payments" };
const CALLEE = { ...CALLER, at: "callee" };
const meshOf = (payments: string, edges: readonly object[]) => ({
  ...{ apiVersion: "squall.dev/v1", kind: "Mesh", metadata: { name: "shop" } },
  spec: {
    services: {
      checkout: { endpoints: ["10.0.0.2:80", "[fd00::2]:80"] },
      payments: { endpoints: [payments] },
    },
    edges,
  },
});
/** Experiment whose probe calls the service directly: its samples hold, whatever the agents say. */
const experimentOn = (address: string, edge: object, fault: object = {}) => ({
  ...{ apiVersion: "squall.dev/v1", kind: "Experiment", metadata: { name: "slow" } },
  spec: {
    phases: { warmup: "0s", baseline: "1s", during: "2s", recovery: { within: "2s", hold: "500ms" } },
    hypothesis: [
      {
        name: "it answers",
        http: { url: `http://${address}/`, every: "50ms" },
        good: { status: "2xx", within: "500ms" },
        objective: "50%",
      },
    ],
    faults: [{ name: "f", edge, latency: "5ms", hits: { atLeast: 1 }, ...fault }],
  },
});

const stageIn = async (folder: string, atTheEnd: (cleanUp: () => unknown) => void, edges: readonly object[]) => {
  const service = await startService();
  atTheEnd(service.stop);
  const { address } = service;
  const file = join(folder, "mesh.yaml");
  // JSON is YAML.
  writeFileSync(file, JSON.stringify(meshOf(address, edges)));
  const server = await serveIn(folder, file);
  atTheEnd(server.close);
  const connect = async (instance: string, service: string, script: Partial<Script>) => {
    const connected = await ScriptedAgent.connect({
      ...{ url: server.url, token: TOKEN, instance: asInstance(instance), service, ...script },
    });
    atTheEnd(() => connected.close());
    return connected;
  };
  const agent = (instance: string, service: string, ...knows: readonly string[]) =>
    connect(instance, service, { knows });
  const report = (id: string) => server.call<RunReport>("GET", `/api/v1/runs/${id}`);
  const start = async (edge: object, fault: object = {}, request: object = {}) => {
    const experiment = experimentOn(address, edge, fault);
    return (await server.call<{ id: string }>("POST", "/api/v1/runs", { experiment, seed: 7, ...request })).id;
  };
  const ended = async (id: string) => {
    await until("the run is over", async () => (await report(id)).state === "finished", 60_000);
    return report(id);
  };
  return { ...server, address, connect, agent, start, report, ended };
};
const test = base.extend<{ readonly stageOf: (edges: readonly object[]) => ReturnType<typeof stageIn> }>({
  stageOf: async ({ task: _ }, use) => {
    const folder = mkdtempSync(join(tmpdir(), "squall-callee-"));
    const cleanUps: (() => unknown)[] = [];
    await use((edges) => stageIn(folder, (cleanUp) => void cleanUps.push(cleanUp), edges));
    for (const cleanUp of cleanUps.reverse()) await cleanUp();
    checkJournals(folder);
    rmSync(folder, { recursive: true, force: true });
  },
}).concurrent;
const edgesOf = (agent: ScriptedAgent) =>
  agent.heard.flatMap((message) => (message.type === "welcome" ? (message.edges ?? []) : []));

test("an edge at the callee goes to the agent of the callee with the redirect, and to no other", async ({
  stageOf,
}) => {
  const { address, agent, call } = await stageOf([CALLER, CALLEE]);
  const beside = await agent("payments-1", "payments", "redirect");
  expect(edgesOf(beside)).toEqual([
    {
      ...{ id: "checkout->payments:callee", listen: "localhost:0", protocol: "http", endpoints: [address] },
      ...{ healthPath: null, at: "callee", callers: ["10.0.0.2", "fd00::2"] },
    },
  ]);
  expect(edgesOf(await agent("payments-2", "payments"))).toEqual([]);
  const caller = edgesOf(await agent("checkout-1", "checkout", "redirect"));
  expect(caller).toMatchObject([{ id: "checkout->payments", listen: "localhost:0" }]);
  expect(caller[0]).not.toHaveProperty("at");
  const { agents } = await call<{ agents: { instance: string; intercepts: boolean }[] }>("GET", "/api/v1/agents");
  expect(agents.map(({ instance, intercepts }) => [instance, intercepts]).sort()).toEqual([
    ["checkout-1", true],
    ["payments-1", true],
    ["payments-2", false],
  ]);
});

test("a run at the callee strikes by the agent with the redirect, and its receipt names the place", async ({
  stageOf,
}) => {
  const { agent, start, report, ended } = await stageOf([CALLER, CALLEE]);
  const [beside, caller] = [await agent("payments-1", "payments", "redirect"), await agent("checkout-1", "checkout")];
  const id = await start(CALLEE, { existing: "reset" });
  await until("the fault is live", () => beside.isLive, 20_000);
  beside.pass();
  expect(beside.faults).toMatchObject([{ edge: "checkout->payments:callee", existing: "reset" }]);
  const done = await ended(id);
  expect(done.receipts).toMatchObject([{ from: "checkout", to: "payments", at: "callee" }]);
  expect(done.faults[0]!.edges).toEqual(["checkout->payments:callee"]);
  expect(caller.heard.filter(({ type }) => type === "apply")).toEqual([]);
  expect((await report(id)).audit).toMatchObject([{ agent: "payments-1", grade: "attested" }]);
});

test.each([
  [
    "at the callee without an agent with the redirect there",
    CALLEE,
    {},
    "no agent serves checkout → payments (at callee): start an agent on the machine of payments with `--service payments --intercept`",
  ],
  [
    "that resets older connections without an agent with the redirect",
    CALLER,
    { existing: "reset" },
    "no agent with the redirect serves checkout → payments, and `existing: reset` needs the redirect",
  ],
])("a run %s is INVALID, and says how to start the agent", async (_name, edge, fault, remedy) => {
  const folder = mkdtempSync(join(tmpdir(), "squall-callee-"));
  const cleanUps: (() => unknown)[] = [];
  const stage = await stageIn(folder, (cleanUp) => void cleanUps.push(cleanUp), [CALLER, CALLEE]);
  try {
    const agents = [await stage.agent("payments-1", "payments"), await stage.agent("checkout-1", "checkout")];
    const { verdict, reason } = await stage.ended(await stage.start(edge, fault));
    expect(verdict).toBe("INVALID");
    expect(reason).toContain(remedy);
    for (const { heard } of agents) expect(heard.some(({ type }) => type === "apply")).toBe(false);
  } finally {
    for (const cleanUp of cleanUps.reverse()) await cleanUp();
    checkJournals(folder);
    rmSync(folder, { recursive: true, force: true });
  }
});

test("an experiment at the place that the mesh has not, or with instances of callers, is refused", async ({
  stageOf,
}) => {
  const { start } = await stageOf([CALLEE]);
  await expect(start(CALLER)).rejects.toThrow("add `at: callee`");
  const labelled = { from: { service: "checkout", instances: 1 }, to: "payments", at: "callee" };
  await expect(start(labelled)).rejects.toThrow("callers are selected by instance at the caller only");
  const select = { checkout: { instances: 1 } };
  await expect(start(CALLEE, {}, { select })).rejects.toThrow("every instance of checkout would be struck there");
});

test("an agent offers the edges that its own service carries, and no others", async ({ stageOf }) => {
  const { address, connect, call } = await stageOf([]);
  const offer = (from: string, to: string) => ({
    ...{ from, to, listen: "localhost:0", protocol: "http" as const, endpoints: [address], healthPath: null },
  });
  const beside = await connect("payments-1", "payments", {
    knows: ["redirect"],
    offers: [offer("payments", "ledger"), offer("checkout", "stock")],
    calleeOffers: [offer("checkout", "payments"), offer("checkout", "ledger")],
  });
  const served = () =>
    beside.heard
      .flatMap((message) => (message.type === "edges" ? [message.edges.map(({ id }) => id)] : []))
      .at(-1)
      ?.sort();
  await until("the offers are in the mesh", async () => served() !== undefined, 20_000);
  expect(served()).toEqual(["checkout->payments:callee", "payments->ledger"]);
  const { mesh } = await call<{ mesh: { edges: { id: string }[] } }>("GET", "/api/v1/mesh");
  expect(mesh.edges.map(({ id }) => id).sort()).toEqual(["checkout->payments:callee", "payments->ledger"]);
});
