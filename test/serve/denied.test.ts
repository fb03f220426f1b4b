/** Denied addresses (invariant 25): every kind of probe against real listeners that must receive no connection. */
import { createServer as createHttpServer, type IncomingMessage } from "node:http";
import { type AddressInfo, createServer, type Server } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Mesh } from "../../experiments/model/mesh/mesh.ts";
import type { ProbeAction } from "../../experiments/model/probes/index.ts";
import type { Sample } from "../../experiments/model/sample/sample.ts";
import { systemClock } from "../../server/clock.ts";
import { createProbeOpener } from "../../server/probes/index.ts";
import { Judge } from "../../server/probes/judge.ts";
import { DenyList } from "../../server/security/deny.ts";
import { EdgeCounts } from "../../server/traffic/edge-counts.ts";

const closers: (() => unknown)[] = [];
let heard = 0;
let port = 0;
const listen = async (server: Server): Promise<number> => {
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  closers.push(() => server.close());
  return (server.address() as AddressInfo).port;
};
beforeEach(async () => {
  heard = 0;
  port = await listen(
    createServer((socket) => {
      heard++;
      socket.destroy();
    }),
  );
});
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

const meshAt = (address: string): Mesh => ({
  ...{ name: "denied", directory: null, edges: [] },
  services: [
    {
      ...{ name: "gateway", labels: {}, command: null, env: {}, startMs: 1_000, protected: false },
      ...{ endpoints: [{ address, labels: {} }], ready: { tcp: true } },
    },
  ],
});
const LOOPBACK = new DenyList(["127.0.0.0/8", "::1"]);
const lookAt = async (action: unknown, denied: DenyList): Promise<Sample> => {
  const tools = {
    clock: systemClock,
    mesh: meshAt(`127.0.0.1:${port}`),
    good: {},
    capture: false,
    traffic: new EdgeCounts(systemClock),
  };
  const source = createProbeOpener({ childVariables: {}, commands: {}, denied, judge: new Judge() })(
    action as ProbeAction,
    tools,
  );
  if (source.kind !== "active") throw new Error("not active");
  closers.push(() => source.close());
  const intendedMs = systemClock.nowMs();
  return source.sample({ intendedMs, giveUpMs: intendedMs + 1_000 });
};
const HTTP = { method: "GET", path: "/", headers: {}, timeout: 1_000 };
const PROMETHEUS = { query: "up", headers: {}, every: 1_000, timeout: 1_000 };

describe("invariant 25: a probe of a denied address", () => {
  const literals = (host: string, bare = host) => [
    { kind: "http", params: { ...HTTP, url: `http://${host}:${port}/` } },
    { kind: "http", params: { ...HTTP, url: `https://${host}:${port}/` } },
    { kind: "prometheus", params: { ...PROMETHEUS, url: `http://${host}:${port}` } },
    { kind: "tcp", params: { address: `${bare}:${port}`, timeout: 1_000 } },
  ];
  it("is not even opened when the address stands in the file, in whatever spelling", async () => {
    const spelled = [
      ...[...literals("127.0.0.1"), ...literals("[::ffff:127.0.0.1]"), ...literals("[::1]")],
      // The URL parser turns these spellings into the denied address.
      ...literals("2130706433").slice(0, 3),
      ...literals("0x7f.1").slice(0, 3),
      { kind: "http", params: { ...HTTP, to: "gateway" } },
      { kind: "tcp", params: { to: "gateway", timeout: 1_000 } },
    ];
    for (const action of spelled)
      await expect(lookAt(action, LOOPBACK), JSON.stringify(action)).rejects.toThrow("on this server's deny list");
    expect(heard).toBe(0);
  });
  it("sends nothing when a name leads there, and is errored rather than bad", async () => {
    for (const action of [...literals("localhost"), literals("x", "2130706433").at(-1)])
      expect(await lookAt(action, LOOPBACK), JSON.stringify(action)).toMatchObject({
        kind: "errored",
        why: expect.stringContaining("deny list"),
      });
    expect(heard).toBe(0);
  });
  it("reaches what is not denied, with the same probes", async () => {
    for (const action of literals("127.0.0.1")) await lookAt(action, new DenyList());
    expect(heard).toBe(4);
  });
});

describe("a redirect", () => {
  it("is an answer, never followed: no request and no credential goes to where it points", async () => {
    const asked: IncomingMessage[] = [];
    const elsewhere = await listen(
      createHttpServer((request, response) => {
        asked.push(request);
        response.end("ok");
      }),
    );
    const here = await listen(
      createHttpServer((_request, response) =>
        response.writeHead(302, { location: `http://127.0.0.1:${elsewhere}/` }).end(),
      ),
    );
    const headers = { authorization: "Bearer canary" };
    const url = `http://127.0.0.1:${here}`;
    expect(await lookAt({ kind: "http", params: { ...HTTP, url: `${url}/`, headers } }, new DenyList())).toMatchObject({
      kind: "seen",
      status: 302,
    });
    expect(await lookAt({ kind: "prometheus", params: { ...PROMETHEUS, url, headers } }, new DenyList())).toMatchObject(
      {
        kind: "errored",
        why: expect.stringContaining("302"),
      },
    );
    expect(asked).toEqual([]);
  });
});
