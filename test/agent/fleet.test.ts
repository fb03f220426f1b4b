/** The agent in a fleet: the mesh changes, the server moves, the agent's program is replaced; traffic goes on. */
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { request } from "node:http";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { CLOSED, type EdgeOrder } from "../../agent/contract/index.ts";
import { asEdgeId } from "../../experiments/model/names.ts";
import { freePort } from "../ports.ts";
import { ask, dial, keptAlive, spawnAgent, startAgent, startEcho, startService } from "./process.ts";
import { ContractServer, sleep } from "./server.ts";

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});
const ending = <A extends { kill(signal: NodeJS.Signals): void; ended: Promise<unknown> }>(agent: A): A => {
  cleanUps.push(async () => {
    agent.kill("SIGKILL");
    await agent.ended;
  });
  return agent;
};
const address = async () => `127.0.0.1:${await freePort()}`;
const placeOf = (listen: string) => ({ host: "127.0.0.1", port: Number(listen.split(":")[1]) });
const edgesFor = async (): Promise<readonly [EdgeOrder, EdgeOrder]> => {
  const [service, echo] = [await startService(), await startEcho()];
  cleanUps.push(service.stop, echo.stop);
  const edge = { healthPath: null };
  return [
    { ...edge, id: asEdgeId("a->b"), listen: await address(), protocol: "http", endpoints: [service.address] },
    { ...edge, id: asEdgeId("a->c"), listen: await address(), protocol: "tcp", endpoints: [echo.address] },
  ];
};
const serverWith = async (edges: readonly EdgeOrder[]) => {
  const server = await ContractServer.start(edges);
  cleanUps.push(() => server.stop());
  return server;
};
const post = (socketPath: string, path: string, body: unknown = {}) =>
  new Promise<{ status: number; body: { readonly successor?: number; readonly message?: string } }>(
    (resolve, reject) => {
      const asked = request({ socketPath, method: "POST", path }, (response) => {
        let text = "";
        response.setEncoding("utf8").on("data", (part) => {
          text += part;
        });
        response.on("end", () => resolve({ status: response.statusCode!, body: JSON.parse(text) }));
      });
      asked.on("error", reject).end(JSON.stringify(body));
    },
  );
/** Bytes sent through an open connection come back. */
const echoes = async (socket: Awaited<ReturnType<typeof dial>>, text: string) => {
  socket.write(text);
  const [got] = await once(socket, "data");
  return String(got) === text;
};
/** Sends requests until stopped: on new connections, or on a kept-alive connection as long as that connection lasts. */
const caller = (place: { readonly host: string; readonly port: number }, keeps: boolean) => {
  const connections = keptAlive();
  const statuses: number[] = [];
  let stopped = false;
  const done = (async () => {
    while (!stopped) {
      statuses.push((await ask(place, keeps ? { connections } : {})).status);
      await sleep(2);
    }
    connections.destroy();
  })();
  return {
    statuses,
    stop: async () => {
      stopped = true;
      await done;
      return statuses;
    },
  };
};

test("a rolling upgrade refuses no connection, loses no request and cuts no open stream", async () => {
  const [http, tcp] = await edgesFor();
  const server = await serverWith([http, tcp]);
  const folder = mkdtempSync(join(tmpdir(), "squall-upgrade-"));
  cleanUps.push(() => rmSync(folder, { recursive: true, force: true }));
  const control = join(folder, "agent.sock");
  const first = ending(await startAgent(["--server", server.url, "--control", control, "--instance", "i"]));
  await server.hears("pulse");

  const callers = [false, true].map((keeps) => caller(placeOf(http.listen), keeps));
  const stream = await dial(placeOf(tcp.listen));
  expect(await echoes(stream, "before")).toBe(true);
  const underWay = ask(placeOf(http.listen), { path: "/?ms=1500" });
  await sleep(100);

  const upgraded = await post(control, "/v1/upgrade");
  expect(upgraded).toMatchObject({ status: 200, body: { successor: expect.any(Number) } });
  const successor = upgraded.body.successor!;
  cleanUps.push(() => process.kill(successor, "SIGKILL"));
  // No run is to count on the first process any more; the second has come.
  await server.hears("serving", ({ edges }) => edges.length === 0);
  const hello = await server.hears("hello", ({ pid }) => pid === successor);
  expect(hello).toMatchObject({ instance: "i" });
  await sleep(300);
  expect(first.child.exitCode).toBeNull();
  expect(await echoes(stream, "still there")).toBe(true);
  stream.end();
  expect(await underWay).toMatchObject({ status: 200 });
  expect(await first.ended).toBe(0);
  await sleep(200);
  for (const { statuses, stop } of callers) {
    await stop();
    expect(statuses.length).toBeGreaterThan(50);
    expect(statuses.filter((status) => status !== 200)).toEqual([]);
  }
  // A second upgrade: the successor is an agent like the first.
  const fresh = await dial(placeOf(tcp.listen));
  expect(await echoes(fresh, "after")).toBe(true);
  fresh.destroy();
  const again = await post(control, "/v1/upgrade");
  expect(again.status).toBe(200);
  cleanUps.push(() => process.kill(again.body.successor!, "SIGKILL"));
});

test("an upgrade whose successor does not come up changes nothing", async () => {
  const [http] = await edgesFor();
  const server = await serverWith([http]);
  const folder = mkdtempSync(join(tmpdir(), "squall-upgrade-"));
  cleanUps.push(() => rmSync(folder, { recursive: true, force: true }));
  const control = join(folder, "agent.sock");
  const agent = ending(await startAgent(["--server", server.url, "--control", control]));
  await server.hears("pulse");
  const failed = await post(control, "/v1/upgrade", { argv: [process.execPath, "-e", "process.exit(3)"] });
  expect(failed).toMatchObject({ status: 500, body: { message: expect.stringContaining("ended with 3") } });
  expect((await ask(placeOf(http.listen))).status).toBe(200);
  expect(agent.child.exitCode).toBeNull();
  for (const [body, status] of [
    [{ argv: [] }, 422],
    [{ drainMs: -1 }, 422],
    [{ faults: "keep" }, 422],
  ] as const)
    expect((await post(control, "/v1/upgrade", body)).status).toBe(status);
});

test("a mesh that changes moves what is new, and cuts no connection of what stays", async () => {
  const [http, tcp] = await edgesFor();
  const server = await serverWith([http, tcp]);
  ending(await startAgent(["--server", server.url]));
  await server.hears("pulse");
  const stream = await dial(placeOf(tcp.listen));
  const connections = keptAlive();
  cleanUps.push(() => {
    stream.destroy();
    connections.destroy();
  });
  expect(await echoes(stream, "one")).toBe(true);
  expect((await ask(placeOf(http.listen), { connections })).status).toBe(200);

  // The callee moves, and the other edge listens elsewhere.
  const other = await startEcho();
  cleanUps.push(other.stop);
  const moved = { ...tcp, listen: await address() };
  server.change([{ ...http, endpoints: ["127.0.0.1:9"] }, moved]);
  await server.hears("serving", ({ edges }) => edges.some(({ listen }) => listen === moved.listen));
  expect(await echoes(stream, "two")).toBe(true);
  // A kept connection stays where it is; a new one goes to the new callee, which has no listener.
  expect((await ask(placeOf(http.listen), { connections })).status).toBe(200);
  expect((await ask(placeOf(http.listen))).status).toBe(502);
  const fresh = await dial(placeOf(moved.listen));
  expect(await echoes(fresh, "three")).toBe(true);
  fresh.destroy();
  const old = await ask(placeOf(tcp.listen));
  expect(old.status).toBe(0);

  // A removed edge accepts no more connections, and lets open connections end normally.
  server.change([moved]);
  await server.hears("serving", ({ edges }) => edges.length === 1);
  expect((await ask(placeOf(http.listen))).status).toBe(0);
  expect(await echoes(stream, "four")).toBe(true);
});

test("a sidecar serves what it can, says what it cannot, and takes it up once the address is free", async () => {
  const [http, tcp] = await edgesFor();
  const holder = createServer().listen(placeOf(tcp.listen).port, "127.0.0.1");
  await once(holder, "listening");
  const server = await serverWith([http, tcp]);
  ending(await startAgent(["--server", server.url, "--service", "a"]));
  const serving = await server.hears("serving");
  expect(serving.edges.map(({ id }) => id)).toEqual(["a->b"]);
  expect(serving.failed).toMatchObject([{ id: "a->c", why: expect.stringContaining("something else listens") }]);
  expect((await ask(placeOf(http.listen))).status).toBe(200);
  holder.close();
  await server.hears("serving", ({ failed }) => failed.length === 0);
});

test("an agent follows from a server that does not lead to the one that does, and shows its token to nobody else", async () => {
  const [http] = await edgesFor();
  const [standby, leader, stranger] = [await serverWith([http]), await serverWith([http]), await serverWith([http])];
  standby.refusing = { code: CLOSED.notLeader, reason: stranger.url };
  ending(spawnAgent(["--server", standby.url, "--server", leader.url]));
  await leader.hears("pulse");
  expect(standby.upgrades.length).toBeGreaterThan(0);

  // The leadership moves, and this time the close reason names the leader.
  standby.refusing = null;
  leader.refusing = { code: CLOSED.notLeader, reason: standby.url };
  const sinceMs = performance.now();
  leader.socket!.close(CLOSED.notLeader, standby.url);
  await standby.hears("pulse");
  expect(performance.now() - sinceMs).toBeLessThan(4_000);
  expect(stranger.upgrades).toEqual([]);
});

test("what the agent's own flags say of places holds, whatever the mesh says", async () => {
  const [http, tcp] = await edgesFor();
  const here = await address();
  const wide = { ...tcp, listen: `0.0.0.0:${await freePort()}` };
  const server = await serverWith([http, wide]);
  const flags = ["--service", "a", "--listen", `a->b=${here}`, "--upstream-allow", "127.0.0.0/8"];
  ending(await startAgent(["--server", server.url, ...flags]));
  const { edges, failed } = await server.hears("serving");
  expect(edges).toEqual([{ id: "a->b", listen: here }]);
  expect(failed).toMatchObject([{ id: "a->c", why: expect.stringContaining("--listen-allow") }]);
  server.change([{ ...http, endpoints: ["192.0.2.1:80"] }]);
  const { failed: upstream } = await server.hears("serving", ({ failed: [first] }) => first?.id === "a->b");
  expect(upstream).toMatchObject([{ why: expect.stringContaining("--upstream-allow") }]);
  // An edge that the agent cannot change goes on as before.
  expect((await ask(placeOf(here))).status).toBe(200);
});
