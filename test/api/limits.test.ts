/** Requests that the server accepts: their origin, size and rate. */
import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { newFolder } from "../server/house.ts";
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
  it("with tokens that are none, or none at all, never lock out a token from the same address, seen before or not", async () => {
    const folder = newFolder();
    const before = await openStage({ folder });
    const [seen, unseen] = [await before.newToken("viewer"), await before.newToken("operator")];
    await before.close();
    // A server that has just started remembers no token; only the database does.
    const stage = await openStage({ folder, rates: { token: 1_000, address: 400, guesses: 5 } });
    try {
      const gate = (token: string | null) => stage.ask("GET /api/v1/gate", { token });
      const signIn = (token: string) => stage.ask("POST /api/v1/session", { body: { token }, token: null });
      expect((await gate(seen.token)).status).toBe(200);
      expect(await statuses(12, () => gate("guess"))).toEqual([...Array(5).fill(401), ...Array(7).fill(429)]);
      expect(await statuses(410, () => gate(null))).toEqual([...Array(400).fill(401), ...Array(10).fill(429)]);
      expect((await stage.ask("GET /", { token: null })).status).toBe(429);
      const wrong = await signIn("guess");
      expect(wrong).toMatchObject({ status: 429, body: { code: "rate-limited" } });
      expect(Number(wrong.headers["retry-after"])).toBeGreaterThan(0);

      for (const { token } of [seen, unseen]) {
        expect((await gate(token)).status).toBe(200);
        expect((await signIn(token)).status).toBe(201);
      }
      expect(await statuses(500, () => stage.ask("GET /healthz", { token: null }))).toEqual(Array(500).fill(200));
    } finally {
      await stage.close();
    }
  });
  it("with tokens that are none are limited where faults are halted and agents dial too, and a halt never is", async () => {
    const small = await openStage({ rates: { guesses: 5 } });
    try {
      const { token } = await small.newToken("operator");
      const halt = (by: string) => small.ask("POST /api/v1/halt", { body: { reason: "r", latch: false }, token: by });
      expect(await statuses(8, () => halt("guess"))).toEqual([...Array(5).fill(401), ...Array(3).fill(429)]);
      expect((await small.ask("GET /api/v1/agent", { token: "guess" })).status).toBe(429);
      expect(await statuses(20, () => halt(token))).toEqual(Array(20).fill(200));
      // Agents with a void credential dial again and again: their guesses keep no client out elsewhere.
      expect((await small.ask("GET /api/v1/gate", { token: "guess" })).status).toBe(401);
    } finally {
      await small.close();
    }
  });
  it("with tokens that are none fill no log", async () => {
    const small = await openStage();
    try {
      await statuses(50, () => small.ask("GET /api/v1/gate", { token: "guess" }));
      const told = () => small.house.log.filter((line) => line.includes("a token was refused"));
      expect(told()).toEqual([
        expect.stringMatching(
          /^warn: a token was refused address=127.0.0.1 method=GET path=\/api\/v1\/gate request=\S+$/,
        ),
      ]);
    } finally {
      await small.close();
    }
    // Suppressed log lines are summed up at the end.
    expect(small.house.log.filter((line) => line.includes("more=49"))).toHaveLength(1);
  });
});

describe("an address", () => {
  const clients = async (proxies: readonly string[], count: number) => {
    const behind = await openStage({ rates: { guesses: 2 }, trustedProxies: proxies });
    try {
      const guess = (forwarded: string) =>
        behind.ask("GET /api/v1/gate", { token: "guess", headers: { "x-forwarded-for": forwarded } });
      const got: number[] = [];
      for (let i = 0; i < count; i++) got.push((await guess(`203.0.113.9, 198.51.100.${i}`)).status);
      return { got, log: behind.house.log.filter((line) => line.includes("a token was refused")) };
    } finally {
      await behind.close();
    }
  };
  it("is the client's where a trusted proxy says so, by the last address that is no proxy's", async () => {
    const { got, log } = await clients(["127.0.0.0/8", "::1"], 4);
    expect(got).toEqual([401, 401, 401, 401]);
    expect(log[0]).toContain("address=198.51.100.0");
    expect((await clients(["127.0.0.0/8", "198.51.100.0/24"], 4)).got).toEqual([401, 401, 429, 429]);
  });
  it("is the peer's, whatever that says of itself, where it is no trusted proxy", async () => {
    for (const proxies of [[], ["10.0.0.0/8"]]) {
      const { got, log } = await clients(proxies, 4);
      expect(got).toEqual([401, 401, 429, 429]);
      expect(log[0]).toContain("address=127.0.0.1");
    }
  });
});

describe("wrong tickets", () => {
  it("count as wrong tokens do, used ones among them; a good one opens a session all the same", async () => {
    const small = await openStage({ rates: { guesses: 5 } });
    try {
      const make = async () => (await small.ask("POST /api/v1/session/ticket", { body: {} })).body.ticket as string;
      const enter = (ticket: string) => small.ask("POST /api/v1/session", { body: { ticket }, token: null });
      const [first, second] = [await make(), await make()];
      const got = await statuses(10, () => enter(first));
      expect(got).toEqual([201, ...Array(5).fill(401), ...Array(4).fill(429)]);
      expect((await enter(second)).status).toBe(201);
    } finally {
      await small.close();
    }
  });
});

describe("a request", () => {
  it("that is too large is refused, and the server goes on", async () => {
    const body = { reason: "x".repeat(2 ** 21) };
    expect(await stage.ask("POST /api/v1/release", { body })).toMatchObject({
      status: 413,
      body: { code: "body-too-large" },
    });
  });
  it("that reaches for a prototype is refused", async () => {
    for (const body of [
      '{"__proto__":{"admin":true},"reason":"r"}',
      '{"reason":"r","constructor":{"prototype":{"x":1}}}',
    ])
      expect((await stage.ask("POST /api/v1/release", { body })).status).toBe(400);
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
