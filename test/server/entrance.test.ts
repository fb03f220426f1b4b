/** Authentication at the API: the clients that get in, and the answers to the clients that are refused. */
import { request } from "node:http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { CLOSED, CONTRACT_VERSION } from "../../agent/contract/index.ts";
import { experimentOf, type House, openHouse, TOKEN } from "./house.ts";

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.close());

interface Answer {
  readonly status: number;
  readonly body: { readonly code?: string; readonly message?: string; readonly details?: readonly unknown[] };
  readonly headers: Readonly<Record<string, unknown>>;
}
/** Sends a raw request, because `fetch` overwrites Host and Origin. */
const send = (method: string, path: string, headers: Record<string, string> = {}, body?: string): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(house.server.url);
    const asked = request({ hostname, port, method, path, headers: { authorization: `Bearer ${TOKEN}`, ...headers } });
    asked.on("error", reject);
    asked.on("response", (response) => {
      let text = "";
      response.on("data", (chunk) => {
        text += chunk;
      });
      response.on("end", () =>
        resolve({ status: response.statusCode!, body: JSON.parse(text), headers: response.headers }),
      );
    });
    asked.end(body);
  });
const ROUTES = [
  "/api/v1/runs",
  "/api/v1/runs/x",
  "/api/v1/runs/x/journal",
  "/api/v1/runs/x/events",
  "/api/v1/mesh",
  "/api/v1/agents",
  "/api/v1/agent",
];
const WRITES = ["/api/v1/runs", "/api/v1/runs/x/halt", "/api/v1/halt", "/api/v1/plan"];
const JSON_TYPE = { "content-type": "application/json" };

describe("every route", () => {
  it("wants the token", async () => {
    for (const path of ROUTES)
      for (const authorization of ["", "Bearer wrong", `Bearer${TOKEN}`, TOKEN])
        expect(await send("GET", path, { authorization })).toMatchObject({
          status: 401,
          body: { code: "not-authorized" },
        });
    for (const path of WRITES)
      expect((await send("POST", path, { ...JSON_TYPE, authorization: "Bearer wrong" }, "{}")).status).toBe(401);
  });
  it("serves only the names of this server, also where no token is asked", async () => {
    for (const path of [...ROUTES, "/metrics", "/nowhere"])
      for (const host of ["evil.example", "evil.example:80", "127.0.0.1.evil.example"])
        expect(await send("GET", path, { host })).toMatchObject({ status: 403, body: { code: "host-not-allowed" } });
    expect((await send("GET", "/healthz", { host: "localhost:99" })).status).toBe(200);
  });
  it("refuses pages of other origins, and answers none with CORS headers", async () => {
    for (const path of ROUTES)
      for (const origin of ["http://evil.example", "null", "http://127.0.0.1:1"])
        expect(await send("GET", path, { origin })).toMatchObject({
          status: 403,
          body: { code: "origin-not-allowed" },
        });
    const { headers } = await send("GET", "/api/v1/runs", { host: "localhost", origin: "http://localhost" });
    expect(Object.keys(headers).filter((name) => name.startsWith("access-control"))).toEqual([]);
  });
  it("takes writes as JSON only, which a form of another site cannot send", async () => {
    for (const path of ["/api/v1/runs", "/api/v1/plan", "/api/v1/release", "/api/v1/runs/x/release"])
      for (const type of ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", ""])
        expect(await send("POST", path, type === "" ? {} : { "content-type": type }, "{}")).toMatchObject({
          ...{ status: 415, body: { code: "not-json" } },
        });
  });
});

describe("the API", () => {
  it("answers every error with code, message and details", async () => {
    const answers = [
      [await send("GET", "/nowhere"), 404, "no-such-route"],
      [await send("GET", "/api/v1/runs/x"), 404, "no-such-run"],
      [await send("GET", "/api/v1/runs/x/journal"), 404, "no-such-run"],
      [await send("GET", "/api/v1/runs/x/events"), 404, "no-such-run"],
      [await send("POST", "/api/v1/runs/x/halt", JSON_TYPE, '{"reason":"r"}'), 404, "no-such-run"],
      [await send("POST", "/api/v1/release", JSON_TYPE, "{"), 400, "bad-request"],
      [await send("POST", "/api/v1/runs", JSON_TYPE, "{}"), 400, "bad-request"],
      [await send("POST", "/api/v1/release", JSON_TYPE, '{"reason":"r","what":1}'), 400, "bad-request"],
      [await send("POST", "/api/v1/runs", JSON_TYPE, '{"experiment":{}}'), 422, "invalid-experiment"],
      [
        await send("POST", "/api/v1/plan", JSON_TYPE, JSON.stringify({ experiment: "x".repeat(2 ** 21) })),
        413,
        "body-too-large",
      ],
    ] as const;
    for (const [answer, status, code] of answers) {
      expect(answer).toMatchObject({ status, body: { code, message: expect.any(String), details: expect.any(Array) } });
    }
  });
  it("names every problem of an experiment with its path", async () => {
    const experiment = experimentOf({
      objective: "200%",
      spec: { faults: [{ name: "x", edge: { from: "nobody", to: "payments" } }] },
    });
    const { status, body } = await send("POST", "/api/v1/runs", JSON_TYPE, JSON.stringify({ experiment }));
    expect(status).toBe(422);
    expect(body.details!.length).toBeGreaterThan(1);
    expect(body.details![0]).toMatchObject({ path: expect.any(Array), message: expect.any(String) });
  });
  it("refuses an edge that the mesh does not have, and a command without leave, before anything starts", async () => {
    const stranger = experimentOf({
      spec: { faults: [{ name: "x", edge: { from: "payments", to: "gateway" }, latency: { delay: "1s" } }] },
    });
    expect((await send("POST", "/api/v1/runs", JSON_TYPE, JSON.stringify({ experiment: stranger }))).status).toBe(422);
    const command = { name: "runs", process: { command: ["true"] }, good: { exit: 0 } };
    const experiment = experimentOf({ spec: { halt: [{ ...command, trip: { bad: 1, of: 1 } }] } });
    expect(await send("POST", "/api/v1/runs", JSON_TYPE, JSON.stringify({ experiment }))).toMatchObject({
      body: { code: "exec-not-allowed" },
    });
    expect((await send("GET", "/api/v1/runs")).body).toEqual({ runs: [], next: null });
  });
  it("plans without touching anything, tells its mesh and its agents", async () => {
    const plan = await send("POST", "/api/v1/plan", JSON_TYPE, JSON.stringify({ experiment: experimentOf() }));
    expect(plan.body).toMatchObject({ experiment: "tiny", faults: [{ targets: [{ edge: "gateway->payments" }] }] });
    expect((await send("GET", "/api/v1/runs")).body).toEqual({ runs: [], next: null });
    expect((await send("GET", "/api/v1/mesh")).body).toMatchObject({ mesh: { name: "tiny" } });
    expect((await send("GET", "/api/v1/agents")).body).toMatchObject({
      agents: [{ instance: "scripted", connected: true, edges: ["gateway->payments"], live: [] }],
    });
  });
});

describe("the agents' way in", () => {
  const dial = (headers: Record<string, string>) =>
    new Promise<string>((resolve) => {
      const socket = new WebSocket(`${house.server.url.replace("http", "ws")}/api/v1/agent`, { headers });
      socket.on("unexpected-response", (_, response) => resolve(`refused ${response.statusCode}`));
      socket.on("open", () => resolve("open"));
      socket.on("error", () => {});
    });
  it("refuses a wrong token, and any Origin even with the right one", async () => {
    const authorization = `Bearer ${TOKEN}`;
    expect(await dial({ authorization: "Bearer wrong" })).toBe("refused 401");
    expect(await dial({})).toBe("refused 401");
    expect(await dial({ authorization, origin: house.server.url })).toBe("refused 403");
    expect(await dial({ authorization, host: "evil.example" })).toBe("refused 403");
  });
  it("closes on whatever does not follow the contract, and stays up", async () => {
    const close = (message: string | Buffer) =>
      new Promise<{ code: number; reason: string }>((resolve) => {
        const headers = { authorization: `Bearer ${TOKEN}` };
        const socket = new WebSocket(`${house.server.url.replace("http", "ws")}/api/v1/agent`, { headers });
        socket.on("open", () => socket.send(message));
        socket.on("close", (code, reason) => resolve({ code, reason: reason.toString() }));
        socket.on("error", () => {});
      });
    const pulse = {
      type: "pulse",
      session: "s",
      n: 1,
      table: { epoch: 1, gen: 1 },
      remains: {},
      receipts: [],
      watches: [],
      edges: [],
    };
    const applied = { type: "applied", session: "s", epoch: 1, gen: 1 };
    for (const bad of ["{", "[]", '{"type":"what"}', JSON.stringify(pulse), JSON.stringify(applied), Buffer.from("{}")])
      expect(await close(bad)).toMatchObject({ code: CLOSED.misspoke });
    // A close reason has 123 bytes at most, and a character of this service three.
    const mark = { epoch: 1, gen: 1 };
    const hello = {
      ...{ type: "hello", v: CONTRACT_VERSION, version: "1", cluster: "", instance: "a", boot: "b", pid: 1 },
      ...{ service: "\u65e5".repeat(60), labels: {}, offers: [], process: null, predecessor: null },
      ...{ seen: mark, table: { ...mark, ids: [] } },
    };
    const { code, reason } = await close(JSON.stringify(hello));
    expect(code).toBe(CLOSED.misspoke);
    expect(reason).toMatch(/^hello\.service: expected a service's name, a DNS label or null, got "\u65e5+$/);
    expect(await close("x".repeat(9 * 2 ** 20))).toMatchObject({ code: 1009 });
    expect((await send("GET", "/healthz")).status).toBe(200);
  });
});
