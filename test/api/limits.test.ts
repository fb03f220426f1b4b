/** What the server takes, from whom, how much and how fast. */
import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openStage, type Stage } from "./stage.ts";

let stage: Stage;
beforeAll(async () => {
  stage = await openStage({ rates: { token: 40, address: 400, guesses: 5 } });
});
afterAll(() => stage.close());

const statuses = async (count: number, ask: () => Promise<{ readonly status: number }>) => {
  const got: number[] = [];
  for (let i = 0; i < count; i++) got.push((await ask()).status);
  return got;
};

describe("too many requests", () => {
  it("of one token are refused with the time to wait; another token, and a halt, are not", async () => {
    const [busy, other] = [await stage.newToken("operator"), await stage.newToken("operator")];
    const got = await statuses(45, () => stage.ask("GET /api/v1/gate", { token: busy.token }));
    expect(got).toEqual([...Array(40).fill(200), ...Array(5).fill(429)]);
    const refused = await stage.ask("GET /api/v1/gate", { token: busy.token });
    expect(refused).toMatchObject({ status: 429, body: { code: "rate-limited" } });
    expect(Number(refused.headers["retry-after"])).toBeGreaterThan(0);
    expect((await stage.ask("GET /api/v1/gate", { token: other.token })).status).toBe(200);
    const halt = () => stage.ask("POST /api/v1/halt", { body: { reason: "r", latch: false }, token: busy.token });
    expect(await statuses(5, halt)).toEqual(Array(5).fill(200));
  });
  it("with tokens that are none are refused before they are looked up; known tokens go on", async () => {
    const { token } = await stage.newToken("viewer");
    expect((await stage.ask("GET /api/v1/gate", { token })).status).toBe(200);
    const got = await statuses(12, () => stage.ask("GET /api/v1/gate", { token: "guess" }));
    expect(got.slice(0, 5)).toEqual(Array(5).fill(401));
    expect(got.slice(-5)).toEqual(Array(5).fill(429));
    const signIn = { body: { token: "guess" }, token: null };
    expect((await stage.ask("POST /api/v1/session", signIn)).status).toBe(429);
    expect((await stage.ask("GET /api/v1/gate", { token })).status).toBe(200);
    expect((await stage.ask("GET /api/v1/mesh")).status).toBe(200);
  });
});

describe("wrong tickets", () => {
  it("count as wrong tokens do, used ones among them", async () => {
    const small = await openStage({ rates: { guesses: 5 } });
    try {
      const { ticket } = (await small.ask("POST /api/v1/session/ticket", { body: {} })).body;
      const enter = () => small.ask("POST /api/v1/session", { body: { ticket }, token: null });
      const got = await statuses(10, enter);
      expect(got.slice(0, 6)).toEqual([201, ...Array(5).fill(401)]);
      expect(got.slice(-3)).toEqual(Array(3).fill(429));
      const signIn = { body: { token: "guess" }, token: null };
      expect((await small.ask("POST /api/v1/session", signIn)).status).toBe(429);
    } finally {
      await small.close();
    }
  });
});

describe("a request", () => {
  it("that is too large is refused, and the server goes on", async () => {
    const body = { reason: "x".repeat(2 ** 21) };
    expect(await stage.ask("POST /api/v1/halt", { body })).toMatchObject({
      status: 413,
      body: { code: "body-too-large" },
    });
  });
  it("that reaches for a prototype is refused", async () => {
    for (const body of [
      '{"__proto__":{"admin":true},"reason":"r"}',
      '{"reason":"r","constructor":{"prototype":{"x":1}}}',
    ])
      expect((await stage.ask("POST /api/v1/halt", { body })).status).toBe(400);
    expect(({} as { admin?: boolean }).admin).toBeUndefined();
  });
  it("that is nested without end, or no JSON, is refused", async () => {
    const deep = `{"experiment":${"[".repeat(100_000)}${"]".repeat(100_000)}}`;
    for (const body of [deep, "{", "null", "[]", '"x"', ""])
      expect([400, 422]).toContain(
        (await stage.ask("POST /api/v1/plan", { body, headers: { "content-type": "application/json" } })).status,
      );
  });
  it("that is no HTTP ends its own connection only", async () => {
    const { hostname, port } = new URL(stage.house.server.url);
    const said = (bytes: string) =>
      new Promise<string>((resolve) => {
        let text = "";
        const socket = connect(Number(port), hostname, () => socket.end(bytes));
        socket.on("data", (part) => {
          text += part;
        });
        socket.on("close", () => resolve(text));
        socket.on("error", () => resolve(text));
      });
    for (const bytes of [
      "\0\0\0\0\r\n\r\n",
      "GET / HTTP/9.9\r\n\r\n",
      `GET / HTTP/1.1\r\nx: ${"y".repeat(200_000)}\r\n\r\n`,
    ])
      expect(await said(bytes)).toMatch(/^(HTTP\/1\.1 4|$)/);
    expect((await stage.ask("GET /api/v1/mesh")).status).toBe(200);
  });
  it("for a path that is none, or climbs, finds nothing", async () => {
    for (const path of [
      "/%zz",
      "/%00",
      "/api/v1/runs/%00",
      "/../../etc/passwd",
      "/assets/..%2f..%2fpackage.json",
      "/api/v1/../../x",
    ]) {
      const { status, text } = await stage.ask(`GET ${path}`);
      expect([400, 404]).toContain(status);
      expect(text).not.toMatch(/root:|"squall"/);
    }
  });
});

describe("an answer", () => {
  it("carries the security headers, whatever it is, and no CORS header", async () => {
    const answers = [
      await stage.ask("GET /api/v1/mesh"),
      await stage.ask("GET /api/v1/nowhere"),
      await stage.ask("GET /healthz", { token: null }),
      await stage.ask("GET /", { token: null }),
      await stage.ask("GET /api/v1/runs", { token: "wrong" }),
      await stage.ask("GET /%zz"),
      await stage.ask("OPTIONS /api/v1/runs", { headers: { "access-control-request-method": "POST" } }),
    ];
    for (const { headers } of answers) {
      expect(headers["content-security-policy"]).toMatch(/default-src 'none'/);
      expect(headers["content-security-policy"]).toMatch(/frame-ancestors 'none'/);
      expect(headers).toMatchObject({ "x-content-type-options": "nosniff", "referrer-policy": "no-referrer" });
      expect(Object.keys(headers).filter((name) => name.startsWith("access-control"))).toEqual([]);
    }
  });
});
