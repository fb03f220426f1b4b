/**
 * A mesh that changes while traffic flows and a run is live: a real server, real agents, a mesh file edited by the
 * user.
 */
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test as base, expect } from "vitest";
import type { RunReport } from "../../experiments/model/report/report.ts";
import { ask, dial, keptAlive, spawnAgent, startService } from "../agent/process.ts";
import { checkJournals } from "../journals.ts";
import { freePort } from "../ports.ts";
import { until } from "../waiting.ts";
import { serveIn } from "./serve.ts";

interface Callee {
  readonly name: string;
  readonly endpoint: string;
  readonly port: number;
}
const meshText = (callees: readonly Callee[]) => `apiVersion: squall.dev/v1
kind: Mesh
metadata: { name: shop }
spec:
  services:
    checkout: {}
${callees.map(({ name, endpoint }) => `    ${name}: { endpoints: ["${endpoint}"] }\n`).join("")}  edges:
${callees.map(({ name, port }) => `    - { from: checkout, to: ${name}, listen: "127.0.0.1:${port}" }\n`).join("")}`;
/** Experiment on an edge whose traffic comes from the test; the probe calls the endpoint directly. */
const experimentOn = ({ name, endpoint }: Callee) => ({
  ...{ apiVersion: "squall.dev/v1", kind: "Experiment", metadata: { name: "slow" } },
  spec: {
    phases: { baseline: "500ms", during: "60s", recovery: { within: "5s", hold: "500ms" } },
    hypothesis: [
      {
        name: "it answers",
        http: { url: `http://${endpoint}/`, every: "50ms" },
        good: { status: "2xx", within: "500ms" },
        objective: "50%",
      },
    ],
    faults: [{ name: "slow", edge: { from: "checkout", to: name }, latency: { delay: "5ms" }, hits: { atLeast: 1 } }],
  },
});

const stageIn = async (folder: string, atTheEnd: (cleanUp: () => unknown) => void) => {
  const file = join(folder, "mesh.yaml");
  const callee = async (name: string): Promise<Callee> => {
    const service = await startService();
    atTheEnd(service.stop);
    return { name, endpoint: service.address, port: await freePort() };
  };
  const write = (...callees: readonly Callee[]) => writeFileSync(file, meshText(callees));
  const serve = async (meshFile?: string) => {
    const server = await serveIn(folder, meshFile);
    atTheEnd(server.close);
    return server;
  };
  const agent = (url: string, ...more: readonly string[]) => {
    const argv = ["--server", url, "--service", "checkout", "--instance", "checkout-1", ...more];
    const started = spawnAgent(argv);
    atTheEnd(async () => {
      started.kill("SIGKILL");
      await started.ended;
    });
    return started;
  };
  return { file, callee, write, serve, agent };
};
const test = base.extend<{ readonly stage: Awaited<ReturnType<typeof stageIn>> }>({
  stage: async ({ task: _ }, use) => {
    const folder = mkdtempSync(join(tmpdir(), "squall-change-"));
    const cleanUps: (() => unknown)[] = [];
    await use(await stageIn(folder, (cleanUp) => void cleanUps.push(cleanUp)));
    for (const cleanUp of cleanUps.reverse()) await cleanUp();
    checkJournals(folder);
    rmSync(folder, { recursive: true, force: true });
  },
}).concurrent;

const answers = ({ port }: Callee) =>
  until(
    `the agent serves 127.0.0.1:${port}`,
    async () => (await ask({ host: "127.0.0.1", port })).status === 200,
    20_000,
  );

test("an edge that is added to the file is served, and the open connections of others are not touched", async ({
  stage,
}) => {
  const [payments, ledger] = [await stage.callee("payments"), await stage.callee("ledger")];
  stage.write(payments);
  const { url } = await stage.serve(stage.file);
  stage.agent(url);
  await answers(payments);
  const open = await dial({ host: "127.0.0.1", port: payments.port });
  let closed = false;
  open.on("close", () => {
    closed = true;
  });
  stage.write(payments, ledger);
  await answers(ledger);
  const answer = once(open, "data");
  open.write("GET / HTTP/1.1\r\nHost: payments\r\n\r\n");
  expect(String((await answer)[0])).toContain("200 OK");
  expect(closed).toBe(false);
  open.destroy();
});

test("a run whose edge is taken out of the mesh is HALTED with its fault gone; a run on another edge goes on", async ({
  stage,
}) => {
  const [payments, ledger] = [await stage.callee("payments"), await stage.callee("ledger")];
  stage.write(payments, ledger);
  const { url, call } = await stage.serve(stage.file);
  stage.agent(url);
  await Promise.all([answers(payments), answers(ledger)]);
  const connections = keptAlive();
  const report = (id: string) => call<RunReport>("GET", `/api/v1/runs/${id}`);
  const start = async (callee: Callee) =>
    (await call<{ id: string }>("POST", "/api/v1/runs", { experiment: experimentOn(callee), seed: 7 })).id;
  const [gone, staying] = [await start(ledger), await start(payments)];
  for (const id of [gone, staying])
    await until("the fault is live", async () => (await report(id)).state === "injecting", 20_000);
  stage.write(payments);
  await until("the run is over", async () => (await report(gone)).state === "finished", 20_000);
  expect(await report(gone)).toMatchObject({
    ...{ verdict: "HALTED", because: "mesh-changed", residue: [] },
    audit: [{ grade: "attested" }],
  });
  expect((await report(staying)).state).toBe("injecting");
  expect((await ask({ host: "127.0.0.1", port: payments.port }, { connections })).status).toBe(200);
  connections.destroy();
  await call("POST", `/api/v1/runs/${staying}/halt`, { reason: "enough" });
});

test("a server without any mesh takes the edges that an agent offers, and gives them back to it", async ({ stage }) => {
  const payments = await stage.callee("payments");
  stage.write(payments);
  const { url, call } = await stage.serve();
  stage.agent(url, "--mesh-offer", stage.file);
  await answers(payments);
  const { mesh, discovered } = await call<{ mesh: { edges: unknown[] }; discovered: unknown[] }>("GET", "/api/v1/mesh");
  expect(mesh.edges).toMatchObject([{ id: "checkout->payments" }]);
  expect(discovered).toMatchObject([{ adopted: true, instances: ["checkout-1"] }]);
});
