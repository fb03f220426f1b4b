import { once } from "node:events";
import type { Socket } from "node:net";
import { test as base, expect } from "vitest";
import { type FaultOrder, LEASE_MS } from "../../agent/contract/index.ts";
import { asEdgeId, asFaultId, asRunId } from "../../experiments/model/names.ts";
import { startHoldingProxy } from "./holding-proxy.ts";
import { type AgentProcess, ask, dial, keptAlive, type Reply, startAgent, startService } from "./process.ts";
import { ContractServer, eventually, sleep } from "./server.ts";

const EDGE = asEdgeId("a->b");
const abort: FaultOrder = {
  id: asFaultId("run/failing@a->b"),
  run: asRunId("run"),
  name: "failing",
  edge: EDGE,
  endpoints: null,
  action: { kind: "abort", params: { status: 503, body: "", headers: {} } },
  match: null,
  share: { steps: [1], eachMs: 0, by: "request" },
  pulse: null,
  seed: 1,
  stealth: false,
  shadow: false,
  notAfterMs: 600_000,
};

/** Each test has a server, an agent and callers of its own: the tests wait at the same time. */
const test = base.extend<{ readonly stage: Stage }>({
  stage: async ({ task: _ }, use) => {
    const cleanUps: (() => unknown)[] = [];
    await use(stageWith((...more) => void cleanUps.push(...more)));
    for (const cleanUp of cleanUps.reverse()) await cleanUp();
  },
}).concurrent;

type AtTheEnd = (...cleanUps: readonly (() => unknown)[]) => void;
const stageWith = (atTheEnd: AtTheEnd) => {
  const setUp = async (
    through: (server: ContractServer) => Promise<string> = async (server) => server.url,
    node: readonly string[] = [],
  ) => {
    const service = await startService();
    const edges = [
      { id: EDGE, listen: "127.0.0.1:0", protocol: "http" as const, endpoints: [service.address], healthPath: null },
    ];
    const server = await ContractServer.start(edges);
    const agent = await startAgent(["--server", await through(server), "--instance", "i"], node);
    atTheEnd(
      service.stop,
      () => server.stop(),
      () => end(agent),
    );
    await server.hears("pulse");
    return { server, agent, edge: agent.listen[EDGE]! };
  };
  return { atTheEnd, setUp };
};
type Stage = ReturnType<typeof stageWith>;

const end = async (agent: AgentProcess) => {
  agent.kill("SIGCONT");
  agent.kill("SIGKILL");
  await agent.ended;
};

type Asked = Reply & { readonly startedMs: number };
/** Sends requests continuously, on a connection that stays open, until stopped. */
const caller = (edge: { readonly host: string; readonly port: number }) => {
  const connections = keptAlive();
  const replies: Asked[] = [];
  let stopped = false;
  const done = (async () => {
    while (!stopped) {
      const startedMs = performance.now();
      replies.push({ ...(await ask(edge, { connections })), startedMs });
      await sleep(5);
    }
    connections.destroy();
  })();
  return {
    replies,
    stop: async () => {
      stopped = true;
      await done;
      return replies;
    },
  };
};
const lastFaulted = (replies: readonly Asked[]) => replies.findLast(({ faulted }) => faulted)?.startedMs ?? -1;

test("invariant 1: no request is faulted later than a lease after the pulse that was last answered", async ({
  stage,
}) => {
  const { server, agent, edge } = await stage.setUp();
  await server.apply([abort]);
  const calling = caller(edge);
  await eventually("a request is faulted", () => calling.replies.some(({ faulted }) => faulted) || undefined);
  // Received after sending, so this bound is late rather than early.
  const pulse = server.said.length;
  await server.hears("pulse", () => true, pulse);
  const receivedMs = performance.now();
  await server.stop();
  await eventually("a request passes again", () => (calling.replies.at(-1)?.status === 200 ? true : undefined));
  await sleep(1_000);
  const replies = await calling.stop();
  expect(lastFaulted(replies)).toBeGreaterThan(receivedMs);
  expect(lastFaulted(replies)).toBeLessThan(receivedMs + LEASE_MS);
  expect(agent.log()).toContain("dropped all faults: the lease is over");
});

test("invariant 2: what a dead server said and the network delivers late injects nothing", async ({ stage }) => {
  let proxy!: Awaited<ReturnType<typeof startHoldingProxy>>;
  const { server, edge } = await stage.setUp(async ({ url }) => {
    proxy = await startHoldingProxy(url);
    stage.atTheEnd(proxy.stop);
    return proxy.url;
  });
  // An order that answers an old pulse, so that the order's lease is over before the agent drops the silent connection.
  await eventually("four pulses", () => server.of("pulse").length >= 4 || undefined);
  proxy.hold();
  const oldest = server.of("pulse").at(-1)!.n - 3;
  server.order([abort], [], { basis: oldest });
  const calling = caller(edge);
  await sleep(2_500);
  await server.stop();
  expect(proxy.release()).toBeGreaterThan(0);
  await sleep(1_500);
  const replies = await calling.stop();
  expect(replies.length).toBeGreaterThan(50);
  expect(replies.filter(({ status }) => status !== 200)).toEqual([]);
});

test("invariant 2: renewals of a dead server, delivered one by one and late, prolong nothing", async ({ stage }) => {
  let proxy!: Awaited<ReturnType<typeof startHoldingProxy>>;
  const { server, edge } = await stage.setUp(async ({ url }) => {
    proxy = await startHoldingProxy(url);
    stage.atTheEnd(proxy.stop);
    return proxy.url;
  });
  await server.apply([abort]);
  const calling = caller(edge);
  await eventually("a request is faulted", () => calling.replies.some(({ faulted }) => faulted) || undefined);
  proxy.hold();
  const heard = server.said.length;
  await server.hears("pulse", () => true, heard);
  await server.hears("pulse", () => true, heard + 1);
  const receivedMs = performance.now();
  await server.stop();
  await sleep(2_500);
  proxy.release();
  await sleep(LEASE_MS);
  const replies = await calling.stop();
  expect(lastFaulted(replies)).toBeGreaterThan(0);
  expect(lastFaulted(replies)).toBeLessThan(receivedMs + LEASE_MS);
  expect(replies.at(-1)!.status).toBe(200);
});

test("invariant 3: an order that has expired is not taken again, in its session or another one", async ({ stage }) => {
  const { server, edge } = await stage.setUp();
  server.renewing = false;
  await server.apply([abort]);
  expect((await ask(edge)).status).toBe(503);
  const lapsed = await server.hears("lapsed");
  expect(lapsed).toMatchObject({ epoch: 1, gen: 1 });
  server.send(server.last);
  expect(await server.hears("refused")).toMatchObject({ why: "stale", gen: 1 });
  const fresh = { ...JSON.parse(server.last), basis: server.of("pulse").at(-1)!.n };
  server.send(fresh);
  await eventually("the second replay is refused", () => server.of("refused").length === 2 || undefined);
  server.socket!.terminate();
  await server.hears("pulse", ({ session }) => session === "session-2");
  server.send({ ...fresh, session: "session-2", basis: 1 });
  await eventually("the third replay is refused", () => server.of("refused").length === 3 || undefined);
  expect((await ask(edge)).status).toBe(200);
});

/**
 * An agent whose loop can be blocked so that requests wait in the very batch of events in which the loop is blocked:
 * the requests are handled right after, before any timer gets its turn.
 */
const setUpBlocked = async (stage: Stage) => {
  const { server, agent, edge } = await stage.setUp(undefined, [
    "--import",
    new URL("./block.mjs", import.meta.url).href,
  ]);
  const port = await eventually(
    "the port that blocks",
    () => Number(/block port (\d+)/.exec(agent.log())?.[1]) || undefined,
  );
  const [first, second] = [await dial({ host: "127.0.0.1", port }), await dial({ host: "127.0.0.1", port })];
  const callers = await Promise.all(Array.from({ length: 10 }, () => dial(edge)));
  stage.atTheEnd(() => {
    for (const socket of [first, second, ...callers]) socket.destroy();
  });
  const status = async (caller: Socket): Promise<number> => {
    const answer = once(caller, "data");
    caller.write("GET / HTTP/1.1\r\nHost: b\r\n\r\n");
    return Number(String((await answer)[0]).split(" ")[1]);
  };
  return {
    server,
    agent,
    askAll: () => Promise.all(callers.map(status)),
    /** Blocks for 150 ms and then for `ms`; bytes sent in between are handled when the second block is over. */
    block: async (ms: number, between: () => unknown) => {
      first.write("150");
      await eventually("the loop is blocked", () => agent.log().includes("blocked 150") || undefined);
      second.write(String(ms));
      await sleep(20);
      between();
      await eventually("the loop is blocked again", () => agent.log().includes(`blocked ${ms}`) || undefined);
    },
  };
};

test("invariant 4: a loop that is blocked for 400 ms over the end of its lease faults nothing afterwards", async ({
  stage,
}) => {
  const { server, askAll, block } = await setUpBlocked(stage);
  server.renewing = false;
  const heard = server.said.length;
  const { n } = await server.hears("pulse", () => true, heard);
  const receivedMs = performance.now();
  server.order([abort], [], { basis: n });
  await server.hears("applied");
  expect(new Set(await askAll())).toEqual(new Set([503]));
  await sleep(receivedMs + LEASE_MS - 400 - performance.now());
  let asked!: Promise<number[]>;
  await block(400, () => {
    asked = askAll();
  });
  expect(new Set(await asked)).toEqual(new Set([200]));
});

test("invariant 5: a process that was stopped longer than its lease does not fault even the first request", async ({
  stage,
}) => {
  const { server, agent, askAll, block } = await setUpBlocked(stage);
  await server.apply([abort]);
  expect(new Set(await askAll())).toEqual(new Set([503]));
  let asked!: Promise<number[]>;
  await block(300, () => {
    asked = askAll();
  });
  agent.kill("SIGSTOP");
  await sleep(LEASE_MS + 500);
  agent.kill("SIGCONT");
  expect(new Set(await asked)).toEqual(new Set([200]));
  expect(await server.hears("lapsed")).toMatchObject({ gen: 1 });
});

test("a server that comes back within the lease finds its faults; one that says nothing is given up", async ({
  stage,
}) => {
  const { server, agent, edge } = await stage.setUp();
  await server.apply([abort]);
  server.socket!.terminate();
  const hello = await server.hears("hello", ({ table }) => table.gen === 1);
  expect(hello.table.ids).toEqual([abort.id]);
  expect((await ask(edge)).faulted).toBe(true);
  await server.hears("pulse", ({ session }) => session === "session-2");
  // The server reads no more bytes, so no message is answered: a frozen server.
  (server.socket as unknown as { _socket: { pause(): void } })._socket.pause();
  await server.hears("hello", () => true, server.said.length);
  expect(agent.log()).toContain("no byte from the server for 5000 ms");
  expect((await ask(edge)).status).toBe(200);
});

test("a pulse leaves out the edges without news, but the first after the edges were told, and to an older server none", async ({
  stage,
}) => {
  const { server, edge } = await stage.setUp();
  const pulses = () => server.of("pulse").filter(({ session }) => session === server.sessionId);
  const first = await server.hears("pulse", ({ n }) => n === 1);
  const all = new Set(first.edges.map(({ edge }) => edge)).size;
  expect([all, "unchanged" in first]).toEqual([1, false]);
  expect(await server.hears("pulse", ({ n }) => n === 2)).toMatchObject({ edges: [], unchanged: all });
  await ask(edge);
  const news = await server.hears("pulse", ({ edges }) => edges.some(({ exchanges }) => exchanges > 0));
  expect(news).not.toHaveProperty("unchanged");
  server.minor = 4;
  server.socket!.close();
  await eventually("three pulses of another session", () => (server.session > 1 && pulses().length > 2) || undefined);
  for (const pulse of pulses()) {
    expect(pulse).not.toHaveProperty("unchanged");
    expect(pulse.edges).toHaveLength(2 * all);
  }
});

test("a server that knows none of the contract's additions is told none, and one that does is", async ({ stage }) => {
  const { server, edge } = await stage.setUp();
  await ask(edge);
  const counts = () => server.said.flatMap((message) => (message.type === "pulse" ? message.edges : []));
  await eventually("the pulse that counts it", () => counts().find(({ exchanges }) => exchanges > 0));
  expect(counts().at(-1)).toHaveProperty("cancelled", 0);
  server.minor = 0;
  server.socket!.close();
  server.said.length = 0;
  await eventually("pulses of another session", () => (counts().length >= 4 ? true : undefined));
  for (const count of counts()) expect(count).not.toHaveProperty("cancelled");
});
