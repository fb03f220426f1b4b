/**
 * An agent that knows its edges by itself: traffic passes before any server has answered, and for ever without one.
 * Real agents, and servers that never were, come late, talk nonsense, or go for good.
 */
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer as createHttpServer } from "node:http";
import { type AddressInfo, createServer as createTcpServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { WebSocketServer } from "ws";
import type { EdgeOrder } from "../../agent/contract/index.ts";
import { asEdgeId, asFaultId } from "../../experiments/model/names.ts";
import { freePort } from "../ports.ts";
import { agentReady, experimentOf, openGround, reportOf, start, throughEdge } from "../serve/ground.ts";
import { ask, spawnAgent, startService } from "./process.ts";
import { ContractServer, eventually, sleep } from "./server.ts";
import { fault } from "./stage.ts";

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

const setUp = async () => {
  const folder = mkdtempSync(join(tmpdir(), "squall-own-edges-"));
  cleanUps.push(() => rmSync(folder, { recursive: true, force: true }));
  const service = await startService();
  cleanUps.push(service.stop);
  const port = await freePort();
  const mesh = {
    ...{ apiVersion: "squall.dev/v1", kind: "Mesh", metadata: { name: "shop" } },
    spec: {
      services: { checkout: {}, payments: { endpoints: [service.address] } },
      edges: [{ from: "checkout", to: "payments", listen: `127.0.0.1:${port}` }],
    },
  };
  const file = join(folder, "edges.yaml");
  // JSON is YAML.
  writeFileSync(file, JSON.stringify(mesh));
  const agent = (argv: readonly string[], env: NodeJS.ProcessEnv = {}) => {
    const started = spawnAgent(["--service", "checkout", "--instance", "checkout-1", ...argv], [], env);
    cleanUps.push(async () => {
      started.kill("SIGKILL");
      await started.ended;
    });
    return started;
  };
  const edge = { host: "127.0.0.1", port };
  const served = () => eventually("the edge is served", async () => (await ask(edge)).status === 200, 30_000);
  /** Status of calls that are made one after the other until `isOver`. */
  const callUntil = async (isOver: () => boolean) => {
    const statuses = new Map<number, number>();
    while (!isOver()) {
      const { status } = await ask(edge);
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
      await sleep(20);
    }
    return Object.fromEntries(statuses);
  };
  const order = (changes: Partial<EdgeOrder> = {}): EdgeOrder => ({
    ...{ id: asEdgeId("checkout->payments"), listen: `127.0.0.1:${port}`, protocol: "http" as const },
    ...{ endpoints: [service.address], healthPath: null },
    ...changes,
  });
  return { file, mesh, port, edge, service, agent, served, callUntil, order };
};
const abort = fault({
  ...{ id: asFaultId("run/abort@checkout->payments"), name: "abort", edge: asEdgeId("checkout->payments") },
  action: { kind: "abort", params: { status: 503, body: "", headers: {} } },
});
const listening = async (server: {
  listen(port: number, host: string): unknown;
  address(): unknown;
  close(): unknown;
}) => {
  server.listen(0, "127.0.0.1");
  await once(server as never, "listening");
  cleanUps.push(() => server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
};

/** A server that is none, by URL. */
const NONE: Readonly<Record<string, () => Promise<string>>> = {
  "was never there": async () => `http://127.0.0.1:${await freePort()}`,
  "has a name that does not resolve": async () => "http://squall.invalid:4780",
  "refuses the token": async () => (await ContractServer.start([])).url,
  "answers with a page": () => listening(createHttpServer((_, response) => response.end("<html>welcome</html>"))),
  "answers with bytes that are no HTTP": () =>
    listening(createTcpServer((socket) => socket.on("error", () => {}).end("220 mail.example ESMTP\r\n"))),
  "opens the socket and says nothing": async () => {
    const http = createHttpServer();
    new WebSocketServer({ server: http, path: "/api/v1/agent" });
    return listening(http);
  },
  "opens the socket and talks nonsense": async () => {
    const http = createHttpServer();
    new WebSocketServer({ server: http, path: "/api/v1/agent" }).on("connection", (socket) => {
      for (const text of ['{"type":"edges","edges":[]}', '{"type":"welcome"}', "{", "\u0000"]) socket.send(text);
    });
    return listening(http);
  },
};

describe("a server that", () => {
  test.each(Object.keys(NONE))("%s: every call is answered from the start", { timeout: 60_000 }, async (kind) => {
    const { file, agent, served, callUntil } = await setUp();
    const token = kind === "refuses the token" ? { SQUALL_TOKEN: "wrong" } : {};
    const started = agent(["--server", await NONE[kind]!(), "--edges", file], token);
    await served();
    const untilMs = performance.now() + 3_000;
    const statuses = await callUntil(() => performance.now() > untilMs);
    expect(Object.keys(statuses)).toEqual(["200"]);
    expect(started.child.exitCode).toBeNull();
  });

  test("comes late leads from then on, faults and all, and no call fails on the way", { timeout: 60_000 }, async () => {
    const { file, agent, edge, served, callUntil, order } = await setUp();
    const port = await freePort();
    agent(["--server", `http://127.0.0.1:${port}`, "--edges", file]);
    await served();
    let isOver = false;
    const calls = callUntil(() => isOver);
    await sleep(5_000);
    const server = await ContractServer.start([order()], port);
    cleanUps.push(() => server.stop());
    await server.hears("pulse");
    isOver = true;
    expect(Object.keys(await calls)).toEqual(["200"]);
    await server.apply([abort]);
    expect((await ask(edge)).status).toBe(503);
  });

  test("goes for good takes its faults with it by the lease, and traffic goes on, at its own addresses again", {
    timeout: 90_000,
  }, async () => {
    const { file, agent, edge, order, callUntil } = await setUp();
    const moved = await startService();
    const server = await ContractServer.start([order({ endpoints: [moved.address] })]);
    agent(["--server", server.url, "--edges", file]);
    await server.hears("pulse");
    await server.apply([abort]);
    await server.stop();
    await eventually("the fault is gone", async () => (await ask(edge)).status === 200, 8_000);
    const untilMs = performance.now() + 3_000;
    expect(Object.keys(await callUntil(() => performance.now() > untilMs))).toEqual(["200"]);
    // The endpoint that the server told is replaced, and nobody tells.
    moved.stop();
    await eventually("the edge's own endpoint answers", async () => (await ask(edge)).status === 200, 40_000);
  });

  test("knows other edges, or none, takes none of them away; one in its place is redirected, not moved", {
    timeout: 60_000,
  }, async () => {
    const { file, agent, edge, order } = await setUp();
    const server = await ContractServer.start([]);
    cleanUps.push(() => server.stop());
    agent(["--server", server.url, "--edges", file]);
    await server.hears("pulse");
    expect((await ask(edge)).status).toBe(200);
    const [moved, elsewhere] = [await startService(), await freePort()];
    cleanUps.push(moved.stop);
    const after = server.said.length;
    server.change([order({ endpoints: [moved.address], listen: `127.0.0.1:${elsewhere}` })]);
    expect(await server.hears("serving", () => true, after)).toMatchObject({
      ...{ edges: [{ id: "checkout->payments", listen: `127.0.0.1:${edge.port}` }], failed: [] },
    });
    await server.apply([abort]);
    expect((await ask(edge)).status).toBe(503);
    const later = server.said.length;
    server.change([order({ protocol: "tcp" })]);
    expect(await server.hears("serving", () => true, later)).toMatchObject({
      ...{ edges: [], failed: [{ id: "checkout->payments", why: expect.stringMatching(/is served as http/) }] },
    });
    expect((await ask(edge)).status).toBe(200);
    server.change([]);
    expect((await ask(edge)).status).toBe(200);
  });
});

test("the edges can come by an environment variable, and no token is no reason to carry nothing", {
  timeout: 60_000,
}, async () => {
  const { mesh, agent, served } = await setUp();
  const env = { SHOP_EDGES: JSON.stringify(mesh), SQUALL_TOKEN: "" };
  const started = agent(["--server", "http://127.0.0.1:1", "--edges-env", "SHOP_EDGES"], env);
  await served();
  expect(started.log()).toMatch(/expected the server's token .*SQUALL_TOKEN.*no server is asked/);
});
test("edges that cannot be read end the agent with 2 and the place of the mistake", { timeout: 60_000 }, async () => {
  const { file, agent } = await setUp();
  writeFileSync(file, "kind: Mesh\n");
  const wrong = agent(["--server", "http://127.0.0.1:1", "--edges", file]);
  expect(await wrong.ended).toBe(2);
  expect(wrong.log()).toContain("edges.yaml");
  const unset = agent(["--server", "http://127.0.0.1:1", "--edges-env", "NO_SUCH_EDGES"]);
  expect(await unset.ended).toBe(2);
  expect(unset.log()).toContain("NO_SUCH_EDGES");
});

test("kill -9 of a real server in mid-run: the fault ends by its lease, and calls go on without any server", {
  timeout: 120_000,
}, async () => {
  const ground = await openGround();
  cleanUps.push(() => ground.close());
  const serving = await ground.serve("server", ["--mesh", ground.mesh]);
  await ground.agent([serving.url], ["--edges", ground.mesh]);
  await agentReady(serving.url);
  const experiment = experimentOf(ground, { during: "60s" });
  const abort = { name: "abort", edge: { from: "caller", to: "callee" }, abort: { status: 503 } };
  const id = await start(serving.url, {
    ...experiment,
    spec: { ...experiment.spec, onBroken: "continue", faults: [abort] },
  });
  const isLive = async () => (await throughEdge(ground)) === null || undefined;
  await eventually("the fault is live", isLive, 60_000);
  expect((await reportOf(serving.url, id)).state).toBe("injecting");
  serving.child.kill("SIGKILL");
  await serving.ended;
  await eventually("the fault is gone", async () => (await throughEdge(ground)) !== null || undefined, 10_000);
  for (let i = 0; i < 50; i++) expect(await throughEdge(ground)).not.toBeNull();
});
