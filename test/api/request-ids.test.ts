/** Request ids: answer, log and audit of a request bear the same id, from client or server. */
import { connect } from "node:net";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openStage, type Stage } from "./stage.ts";

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
const traceparent = `00-${TRACE}-00f067aa0ba902b7-01`;
const idOf = async (headers: Readonly<Record<string, string>>, route = "GET /api/v1/gate") =>
  (await stage.ask(route, { headers })).headers["x-request-id"];

it("is the client's own where that is well-formed, X-Request-Id ahead of traceparent", async () => {
  for (const id of ["a", "req-1.2:3/4_5", "x".repeat(128), TRACE]) expect(await idOf({ "x-request-id": id })).toBe(id);
  expect(await idOf({ traceparent })).toBe(TRACE);
  expect(await idOf({ "x-request-id": "mine", traceparent })).toBe("mine");
  expect(await idOf({ traceparent: `cc-${TRACE}-00f067aa0ba902b7-01-what-comes` })).toBe(TRACE);
});

it("is made where the client's is none, too long, or could hurt a log or a header", async () => {
  const odd = ["", " ", "x".repeat(129), "two words", "a,b", 'a"b', "é", "a;b", "-x", "a\tb", "<script>"];
  const made = await Promise.all(odd.map((id) => idOf({ "x-request-id": id })));
  for (const id of made) expect(id).toMatch(UUID);
  expect(new Set(made).size).toBe(odd.length);
  const traces = [
    traceparent.toUpperCase(),
    `ff-${TRACE}-00f067aa0ba902b7-01`,
    `00-${"0".repeat(32)}-00f067aa0ba902b7-01`,
    `00-${TRACE}-${"0".repeat(16)}-01`,
    `${traceparent}-more`,
    `00-${TRACE}`,
  ];
  for (const each of traces) expect(await idOf({ traceparent: each })).toMatch(UUID);
});

it("is in every answer, whatever it is", async () => {
  const headers = { "x-request-id": "mine" };
  for (const route of [
    "GET /healthz",
    "GET /",
    "GET /nowhere",
    "POST /api/v1/runs",
    "GET /api/v1/runs/%zz",
    "GET /metrics",
  ])
    expect([route, await idOf(headers, route)]).toEqual([route, "mine"]);
  expect((await stage.ask("GET /api/v1/gate", { token: null, headers })).headers["x-request-id"]).toBe("mine");
  const raw = await new Promise<string>((resolve) => {
    let text = "";
    const socket = connect(Number(new URL(stage.house.server.url).port), "127.0.0.1");
    socket.on("data", (data) => {
      text += data;
    });
    socket.on("close", () => resolve(text));
    socket.write("GET /% HTTP/1.1\r\nhost: 127.0.0.1\r\nx-request-id: mine\r\nconnection: close\r\n\r\n");
  });
  expect(raw.toLowerCase()).toContain("x-request-id: mine");
});

it("leads from an answer to the log and to the audit", async () => {
  const { headers } = await stage.ask("POST /api/v1/tokens", { body: { name: "x", role: "viewer" } });
  const id = String(headers["x-request-id"]);
  const { body } = await stage.ask("GET /api/v1/audit?limit=5");
  expect(body.records).toContainEqual(expect.objectContaining({ request: id, action: "POST /api/v1/tokens" }));
  expect(stage.house.log.filter((line) => line.includes(id))).toEqual([expect.stringMatching(/^audit request=/)]);
  await stage.ask("GET /api/v1/gate", { token: "a-guess", headers: { "x-request-id": "guess-1" } });
  expect(stage.house.log).toContainEqual(expect.stringMatching(/a token was refused .*request=guess-1/));
});
