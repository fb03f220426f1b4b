import { once } from "node:events";
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import type { EdgeOrder, FaultOrder } from "../../agent/contract/index.ts";
import { asEdgeId, asFaultId, asRunId, type EdgeId } from "../../experiments/model/names.ts";
import {
  type AgentProcess,
  ask,
  dial,
  IN_MODULES,
  spawnAgent,
  startAgent,
  startEcho,
  startService,
} from "./process.ts";
import { ContractServer, eventually, sleep } from "./server.ts";

const HTTP = asEdgeId("a->b");
const TCP = asEdgeId("a->c");
const order = (edge: EdgeId, action: FaultOrder["action"]): FaultOrder => ({
  id: asFaultId(`run/${action.kind}@${edge}`),
  run: asRunId("run"),
  name: action.kind,
  edge,
  endpoints: null,
  action,
  match: null,
  share: { steps: [1], eachMs: 0, by: "request" },
  pulse: null,
  seed: 1,
  stealth: false,
  shadow: false,
  notAfterMs: 600_000,
});
const abort = order(HTTP, { kind: "abort", params: { status: 503, body: "", headers: {} } });
const partition = (how: "stall" | "blackhole") => order(TCP, { kind: "partition", params: { how, direction: "both" } });

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});
const folder = () => {
  const path = mkdtempSync(join(tmpdir(), "squall-agent-"));
  cleanUps.push(() => rmSync(path, { recursive: true, force: true }));
  return path;
};
const edgesFor = async (): Promise<EdgeOrder[]> => {
  const service = await startService();
  const echo = await startEcho();
  cleanUps.push(service.stop, echo.stop);
  const listen = "127.0.0.1:0";
  return [
    { id: HTTP, listen, protocol: "http", endpoints: [service.address], healthPath: null },
    { id: TCP, listen, protocol: "tcp", endpoints: [echo.address], healthPath: null },
  ];
};
const ending = (agent: Pick<AgentProcess, "kill" | "ended">) => {
  cleanUps.push(async () => {
    agent.kill("SIGKILL");
    await agent.ended;
  });
};
const setUp = async (...args: string[]) => {
  const server = await ContractServer.start(await edgesFor());
  cleanUps.push(() => server.stop());
  const agent = await startAgent(["--server", server.url, ...args]);
  ending(agent);
  await server.hears("pulse");
  return { server, agent, edge: agent.listen[HTTP]!, tcp: agent.listen[TCP]! };
};

describe("signals", () => {
  test("SIGUSR2 takes every fault away and the agent goes on", async () => {
    const { server, agent, edge } = await setUp();
    await server.apply([abort]);
    agent.kill("SIGUSR2");
    expect(await server.hears("lapsed")).toMatchObject({ gen: 1, why: "SIGUSR2" });
    expect((await ask(edge)).status).toBe(200);
    // Dropped faults are not renewed; new orders are accepted.
    await server.apply([abort]);
    expect((await ask(edge)).status).toBe(503);
  });

  test.each(["SIGTERM", "SIGINT"] as const)(
    "%s takes every fault away, lets what is under way end, and exits",
    async (signal) => {
      const { server, agent, edge } = await setUp();
      const underWay = ask(edge, { path: "/?ms=700" });
      await sleep(100);
      await server.apply([abort]);
      agent.kill(signal);
      expect(await server.hears("leaving")).toMatchObject({ isOver: false, remains: { live: 0 } });
      expect((await ask(edge)).status).toBe(200);
      expect(await underWay).toMatchObject({ status: 200 });
      const over = await server.hears("leaving", ({ isOver }) => isOver);
      expect(over).toMatchObject({ remains: { live: 0, held: 0, wounded: 0 }, receipts: [{ escaped: 2 }] });
      expect(await agent.ended).toBe(0);
    },
  );

  test("SIGTERM does not wait longer than 2 s for what does not end", async () => {
    const { agent, edge } = await setUp();
    const underWay = ask(edge, { path: "/?ms=60000" });
    await sleep(100);
    agent.kill("SIGTERM");
    expect(await agent.ended).toBe(0);
    expect((await underWay).status).toBe(0);
  });
});

test("an agent whose parent is gone takes its faults away and ends", async () => {
  const { server, agent, edge } = await setUp("--parent");
  await server.apply([abort]);
  expect((await ask(edge)).status).toBe(503);
  agent.child.stdin!.end();
  await server.hears("lapsed");
  expect(await agent.ended).toBe(0);
});

test("invariant 7: drop and the empty set are accepted by a live agent in whatever epoch and session they come", async () => {
  const { server, edge } = await setUp();
  await server.apply([abort]);
  const attest = await server.drop("one");
  expect(attest.remains).toEqual({ live: 0, held: 0, wounded: 0, external: 0 });
  expect((await ask(edge)).status).toBe(200);
  await server.apply([abort]);
  server.order([], [], { epoch: 0, gen: 0, basis: 0 });
  expect((await server.hears("attest", ({ nonce }) => nonce === "")).remains.live).toBe(0);
  expect((await ask(edge)).status).toBe(200);
});

test("invariant 8: a bad apply leaves an empty table and `refused`", async () => {
  const { server, edge } = await setUp();
  await server.apply([abort]);
  server.order([abort, { ...abort, id: "other", action: { kind: "earthquake", params: {} } }]);
  expect(await server.hears("refused")).toMatchObject({
    why: "unsupported",
    detail: expect.stringContaining("earthquake"),
  });
  expect((await ask(edge)).status).toBe(200);
  const pulse = await server.hears("pulse", () => true, server.said.length);
  expect(pulse.remains.live).toBe(0);
});

test("a server that sends what is not JSON loses its faults and its connection", async () => {
  const { server, edge } = await setUp();
  await server.apply([abort]);
  server.send("{");
  await server.hears("hello", () => true, server.said.length);
  expect((await ask(edge)).status).toBe(200);
});

test("invariant 15: another boot of the same agent answers under its own name, with nothing of the first", async () => {
  const { server, agent } = await setUp("--instance", "same");
  await server.apply([abort]);
  const [first] = server.of("hello");
  agent.kill("SIGKILL");
  await agent.ended;
  const second = await startAgent(["--server", server.url, "--instance", "same"]);
  ending(second);
  const hello = await server.hears("hello", ({ boot }) => boot !== first!.boot);
  expect(hello).toMatchObject({ instance: "same", table: { epoch: 0, gen: 0, ids: [] } });
  await server.hears("pulse", ({ session }) => session === "session-2");
  expect(await server.drop("n")).toMatchObject({ nonce: "n", boot: hello.boot, receipts: [] });
});

describe("invariant 16: removal wakes every connection within 100 ms", () => {
  test("a stalled one goes on intact", async () => {
    const { server, tcp } = await setUp();
    const socket = await dial(tcp);
    socket.write("a");
    await once(socket, "data");
    await server.apply([partition("stall")]);
    let got = "";
    socket.on("data", (bytes) => {
      got += bytes;
    });
    socket.write("held back");
    await sleep(300);
    expect(got).toBe("");
    await server.drop("n");
    const droppedMs = performance.now();
    await eventually("the held bytes come", () => got === "held back" || undefined, 5_000);
    expect(performance.now() - droppedMs).toBeLessThan(100);
    socket.destroy();
  });

  test("one that lost bytes is reset", async () => {
    const { server, tcp } = await setUp();
    const socket = await dial(tcp);
    socket.write("a");
    await once(socket, "data");
    await server.apply([partition("blackhole")]);
    socket.write("lost");
    await sleep(300);
    const closed = new Promise((resolve) => socket.once("close", resolve));
    const attest = await server.drop("n");
    const droppedMs = performance.now();
    await closed;
    expect(performance.now() - droppedMs).toBeLessThan(100);
    expect(attest.remains.live).toBe(0);
    expect((await server.drop("m")).remains).toEqual({ live: 0, held: 0, wounded: 0, external: 0 });
  });
});

describe("starting", () => {
  test("an agent starts before its server and finds it once it is there", async () => {
    const edges = await edgesFor();
    const first = await ContractServer.start(edges);
    const port = Number(new URL(first.url).port);
    await first.stop();
    const agent = spawnAgent(["--server", first.url]);
    ending(agent);
    await eventually(
      "it says that nobody is there",
      () => agent.log().includes("no connection to the server") || undefined,
    );
    const server = await ContractServer.start(edges, port);
    cleanUps.push(() => server.stop());
    await server.hears("pulse");
    expect(agent.output().trim().split("\n")).toHaveLength(1);
    expect(JSON.parse(agent.output())).toMatchObject({
      event: "listening",
      pid: agent.pid,
      edges: [{ id: HTTP }, { id: TCP }],
    });
  });

  test("an address that somebody else has ends it with 2 and the edge's name", async () => {
    const holder = createServer().listen(0, "127.0.0.1");
    await once(holder, "listening");
    cleanUps.push(() => holder.close());
    const { port } = holder.address() as { port: number };
    const [edge] = await edgesFor();
    const server = await ContractServer.start([{ ...edge!, listen: `127.0.0.1:${port}` }]);
    cleanUps.push(() => server.stop());
    const agent = spawnAgent(["--server", server.url]);
    ending(agent);
    expect(await agent.ended).toBe(2);
    expect(agent.log()).toContain(
      `edge a → b cannot listen on 127.0.0.1:${port}: something else listens there already`,
    );
  });

  test("without its token, or with both sources or none, it says what was expected and ends with 2", async () => {
    for (const [args, said] of [
      [["--server", "http://127.0.0.1:1", "--token-env", "NO_SUCH_NAME"], "NO_SUCH_NAME"],
      [[], "usage"],
      [["--server", "http://127.0.0.1:1", "--mesh", "x.yaml"], "usage"],
      [["--nonsense"], "--nonsense"],
      [["--server", "http://127.0.0.1:1", "--greatest-share", "lots"], "--greatest-share"],
    ] as const) {
      const agent = spawnAgent(args);
      expect(await agent.ended, said).toBe(2);
      expect(agent.log()).toContain(said);
    }
  });

  test("a wrong token is said, with no token in any log", async () => {
    const server = await ContractServer.start([]);
    cleanUps.push(() => server.stop());
    const agent = spawnAgent(["--server", server.url], [], { SQUALL_TOKEN: "hunter2hunter2" });
    ending(agent);
    await eventually("it says why", () => agent.log().includes("401") || undefined);
    expect(agent.log()).not.toContain("hunter2");
    expect(server.upgrades[0]).toMatchObject({ authorization: "Bearer hunter2hunter2" });
    expect(server.upgrades[0]).not.toHaveProperty("origin");
  });
});

const control = (path: string, method: string, url: string, body?: unknown) =>
  new Promise<{
    status: number;
    body: {
      readonly message?: string;
      readonly pid?: number;
      readonly edges?: readonly unknown[];
      readonly faults?: readonly unknown[];
    };
  }>((resolve, reject) => {
    const asked = request(
      { socketPath: path, method, path: url, headers: { "content-type": "application/json" } },
      (response) => {
        let text = "";
        response.setEncoding("utf8").on("data", (part) => {
          text += part;
        });
        response.on("end", () => resolve({ status: response.statusCode!, body: JSON.parse(text) }));
      },
    );
    asked.on("error", reject).end(body === undefined ? undefined : JSON.stringify(body));
  });

describe("local control", () => {
  test("tells what is held and takes it away while the server is dead, for this user alone", async () => {
    const path = join(folder(), "agent.sock");
    const { server, edge } = await setUp("--control", path);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    await server.apply([abort]);
    await server.stop();
    const status = await control(path, "GET", "/v1/status");
    expect(status.body).toMatchObject({ remains: { live: 1 }, faults: [{ id: abort.id, kind: "abort" }] });
    expect(status.body.edges?.length).toBe(2);
    expect((await control(path, "POST", "/v1/drop")).body).toMatchObject({ remains: { live: 0, held: 0, wounded: 0 } });
    expect((await ask(edge)).status).toBe(200);
    expect((await control(path, "POST", "/v1/apply", { faults: [] })).status).toBe(404);
  });

  test("is taken over from an agent that was killed, and not from one that lives", async () => {
    const path = join(folder(), "agent.sock");
    const { server, agent } = await setUp("--control", path);
    // No halt could reach the second agent: it serves no edge, and the first goes on.
    const second = spawnAgent(["--server", server.url, "--control", path]);
    expect(await second.ended).toBe(2);
    expect(second.log()).toContain("another agent listens on");
    expect((await control(path, "GET", "/v1/status")).body.pid).toBe(agent.pid);
    agent.kill("SIGKILL");
    await agent.ended;
    const third = await startAgent(["--server", server.url, "--control", path]);
    ending(third);
    expect((await control(path, "GET", "/v1/status")).body.pid).toBe(third.pid);
  });
});

describe("without a server", () => {
  const start = async () => {
    const path = folder();
    const [http] = await edgesFor();
    const mesh = `apiVersion: squall.dev/v1
kind: Mesh
metadata: { name: alone }
spec:
  services:
    a: { endpoints: ["127.0.0.1:1"] }
    b: { endpoints: ["${http!.endpoints[0]}"] }
  edges:
    - { from: a, to: b, listen: "127.0.0.1:${await freePort()}" }
`;
    writeFileSync(join(path, "mesh.yaml"), mesh);
    const socket = join(path, "agent.sock");
    const agent = await startAgent(["--mesh", join(path, "mesh.yaml"), "--control", socket]);
    ending(agent);
    return { agent, socket, edge: agent.listen[HTTP]! };
  };
  const failing = { name: "b fails", edge: { from: "a", to: "b" }, abort: { status: 503 } };

  test("faults come from the control socket, in the words of an experiment file, and end by themselves", async () => {
    const { socket, edge } = await start();
    const usual = await control(socket, "POST", "/v1/apply", { faults: [failing] });
    expect(usual).toMatchObject({ status: 200, body: { faults: [{ endsInMs: 900_000 }] } });
    expect((await ask(edge)).status).toBe(503);
    await control(socket, "POST", "/v1/apply", { faults: [{ ...failing, for: "1s" }] });
    expect((await ask(edge)).status).toBe(503);
    await sleep(1_000);
    expect((await ask(edge)).status).toBe(200);
    // The fault's time was over: the same fault may be applied again.
    await control(socket, "POST", "/v1/apply", { faults: [failing] });
    expect((await ask(edge)).status).toBe(503);
    await control(socket, "POST", "/v1/drop");
    expect((await ask(edge)).status).toBe(200);
  });

  test("a thousand different faults in one order are taken and act, each name once", async () => {
    const { socket, edge } = await start();
    const faults = Array.from({ length: 1_000 }, (_, i) => ({
      ...{ name: `fails ${i}`, edge: { from: "a", to: "b" } },
      ...{ abort: { status: 500 + (i % 100) }, match: { path: `/of/${i}` }, share: "100%" },
    }));
    const answer = await control(socket, "POST", "/v1/apply", { faults });
    expect([answer.status, answer.body.faults?.length]).toEqual([200, 1_000]);
    expect((await control(socket, "GET", "/v1/status")).body.faults).toHaveLength(1_000);
    for (const i of [0, 421, 999]) expect((await ask(edge, { path: `/of/${i}` })).status).toBe(500 + (i % 100));
    expect((await ask(edge)).status).toBe(200);
    const twice = faults.map((fault, i) => (i === 900 ? { ...fault, name: "fails 3" } : fault));
    const again = await control(socket, "POST", "/v1/apply", { faults: twice });
    expect(again).toMatchObject({
      status: 422,
      body: { message: 'faults[900].name: the name "fails 3" is used twice' },
    });
    const wrong = faults.map((fault, i) => (i === 900 ? { ...fault, abort: { status: 999 } } : fault));
    const refused = await control(socket, "POST", "/v1/apply", { faults: wrong });
    expect([refused.status, refused.body.message]).toEqual([422, expect.stringContaining("faults[900].abort.status")]);
    expect((await ask(edge, { path: "/of/421" })).status).toBe(521);
  });

  test("an order of too many bytes is refused with the bound and what to do, and changes nothing", async () => {
    const { socket, edge } = await start();
    await control(socket, "POST", "/v1/apply", { faults: [failing] });
    const faults = Array.from({ length: 150 }, (_, i) => ({
      ...{ name: `fails ${i}`, edge: { from: "a", to: "b" }, abort: { status: 503, body: "x".repeat(60_000) } },
    }));
    const answer = await control(socket, "POST", "/v1/apply", { faults });
    expect(answer.status).toBe(413);
    expect(answer.body.message).toContain("8 MiB at most");
    expect(answer.body.message).toContain("one fault can name several edges");
    expect((await ask(edge)).status).toBe(503);
  });

  test("what cannot be honoured is refused in a sentence, and changes nothing", async () => {
    const { socket, edge } = await start();
    await control(socket, "POST", "/v1/apply", { faults: [failing] });
    for (const [change, said] of [
      [{ for: "3h" }, "2h"],
      [{ start: "5s" }, "start"],
      [{ edge: { from: "a", to: "nobody" } }, "edge"],
      [{ abort: { status: 999 } }, "status"],
      [{ shere: "5%" }, 'unknown key "shere"'],
    ] as const) {
      const answer = await control(socket, "POST", "/v1/apply", { faults: [{ ...failing, ...change }] });
      expect(answer.status, said).toBe(422);
      expect(answer.body.message).toContain(said);
    }
    expect((await ask(edge)).status).toBe(503);
  });
});

/** Ports below the range that the kernel assigns, so that no other process is given the port in between. */
const freePort = async (): Promise<number> => {
  for (let port = 20_000 + (process.pid % 10_000); ; port++) {
    const server = createServer();
    const free = await new Promise<boolean>((resolve) => {
      server.once("error", () => resolve(false)).listen(port, "127.0.0.1", () => resolve(true));
    });
    await new Promise((resolve) => server.close(resolve));
    if (free) return port;
  }
};

test("a hot start loads no schema library, no file parser and no database", async () => {
  // Prints the address of every module, on the agent's own stdout.
  const hooks = `import { writeSync } from "node:fs";
    export const load = (url, context, next) => { writeSync(1, url + "\\n"); return next(url, context); };`;
  const module = (source: string) => `data:text/javascript,${encodeURIComponent(source)}`;
  const listing = module(`import { register } from "node:module"; register(${JSON.stringify(module(hooks))});`);
  const agent = spawnAgent(["--server", "http://127.0.0.1:1"], ["--import", listing], {}, process.execPath, IN_MODULES);
  ending(agent);
  await eventually("it is up", () => agent.log().includes("no connection to the server") || undefined);
  const loaded = agent.output().split("\n");
  expect(loaded.some((url) => url.endsWith("/agent/session/session.js"))).toBe(true);
  const heavy = [
    "zod",
    "yaml",
    "kysely",
    "better-sqlite3",
    "better-sqlite3-node20",
    "fastify",
    "hdr-histogram-js",
    "undici",
  ];
  expect(loaded.filter((url) => heavy.some((name) => url.includes(`/node_modules/${name}/`)))).toEqual([]);
});
