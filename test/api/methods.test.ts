/** Methods, health and challenges by RFC 9110: requests of load balancers, browser tools and scanners. */
import { execFile } from "node:child_process";
import { connect } from "node:net";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CURL } from "../../scripts/needs.ts";
import { lackOf } from "../../scripts/programs.ts";
import { api } from "../../server/contract/index.ts";
import { prometheusMetrics } from "../../server/metrics/prometheus.ts";
import { needing } from "../needing.ts";
import { experimentOf, TOKEN } from "../server/house.ts";
import { openStage, type Stage } from "./stage.ts";

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

/** The whole answer to these lines, byte by byte, until the server closes or is quiet. */
const said = (...lines: readonly string[]): Promise<string> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(stage.house.server.url);
    let text = "";
    const socket = connect(Number(port), hostname, () => socket.write(`${lines.join("\r\n")}\r\n\r\n`));
    socket.setTimeout(5_000, () => socket.destroy(new Error(`no end of ${text}`)));
    socket.on("data", (part) => {
      text += part;
    });
    socket.on("error", reject);
    socket.on("close", () => resolve(text));
  });
const statusOf = (answer: string) => Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1]);
const BEARER = `Authorization: Bearer ${TOKEN}`;

describe("health", () => {
  it("answers whichever Host a load balancer sends, none among them, and tells no other host why it is not ready", async () => {
    for (const path of ["/healthz", "/readyz"])
      for (const method of ["GET", "HEAD"])
        for (const hosts of [[], ["Host:"], ["Host: 10.1.2.3:4780"], ["Host: target-group.example"]]) {
          const version = hosts.length === 0 ? "1.0" : "1.1";
          const answer = await said(`${method} ${path} HTTP/${version}`, ...hosts, "Connection: close");
          expect([method, path, hosts, statusOf(answer)]).toEqual([method, path, hosts, 200]);
          expect(answer.endsWith("\r\n\r\n")).toBe(method === "HEAD");
        }
    expect(statusOf(await said("GET /metrics HTTP/1.0", BEARER))).toBe(403);
    expect(statusOf(await said("GET / HTTP/1.0"))).toBe(403);
    const foreign = ["Host: localhost", "Origin: http://evil.example", "Connection: close"];
    expect(statusOf(await said("GET /healthz HTTP/1.1", ...foreign))).toBe(403);
  });
});

describe("HEAD", () => {
  it("answers as GET does on every route, and sends no body", async () => {
    const id = await stage.house.start(experimentOf());
    await stage.ask(`POST /api/v1/runs/${id}/halt`);
    await stage.house.ended(id);
    await stage.ask("PUT /api/v1/documents/Experiment/tiny", { body: experimentOf() });
    const filled = (route: string) =>
      route.slice("GET ".length).replace(":id", id).replace(":kind", "Experiment").replace(":name", "tiny");
    const paths = Object.keys(api)
      .filter((route) => route.startsWith("GET "))
      .map(filled);
    const wrong: unknown[] = [];
    for (const path of [...paths, "/", "/healthz", "/readyz", "/api/v1/runs/nobody", "/api/v1/runs/nobody/events"]) {
      const get = await stage.ask(`GET ${path}`);
      const head = await stage.ask(`HEAD ${path}`);
      const of = (headers: typeof get.headers) => [headers["content-type"], headers.etag, headers["cache-control"]];
      // A body that changes from second to second has a new tag each time.
      const tags = /traffic|agents/.test(path)
        ? [get, head].map(() => [])
        : [get, head].map(({ headers }) => of(headers));
      if (head.status !== get.status || head.text !== "") wrong.push([path, get.status, head.status, head.text]);
      if (JSON.stringify(tags[0]) !== JSON.stringify(tags[1])) wrong.push([path, ...tags]);
    }
    expect(wrong).toEqual([]);
    const { etag } = (await stage.ask("HEAD /api/v1/mesh")).headers;
    const again = await stage.ask("HEAD /api/v1/mesh", { headers: { "if-none-match": String(etag) } });
    expect(again).toMatchObject({ status: 304, text: "" });
    expect(again.headers["content-length"]).toBeUndefined();
    expect((await stage.ask("HEAD /api/v1/runs", { token: null })).status).toBe(401);
  });
  it("of a stream reads nothing, and keeps no attached run alive", async () => {
    const id = await stage.house.start(experimentOf({ during: "1s" }), { attached: true });
    const answer = await said(
      ...[`HEAD /api/v1/runs/${id}/events HTTP/1.1`, "Host: localhost", BEARER, "Connection: close"],
    );
    expect(statusOf(answer)).toBe(200);
    expect(answer).toMatch(/content-type: text\/event-stream/i);
    await stage.ask(`POST /api/v1/runs/${id}/halt`);
    await stage.house.ended(id);
  });
});

describe("a method that a path does not have", () => {
  it("is a 405 that names those it has; OPTIONS names them as well, and needs no token", async () => {
    const allowed = {
      "/api/v1/runs": "GET, HEAD, OPTIONS, POST",
      "/api/v1/runs/x": "GET, HEAD, OPTIONS",
      "/api/v1/halt": "OPTIONS, POST",
      "/api/v1/documents/Mesh/x": "DELETE, GET, HEAD, OPTIONS, PUT",
      "/healthz": "GET, HEAD, OPTIONS",
      "/": "GET, HEAD, OPTIONS",
      "/assets/x.js": "GET, HEAD, OPTIONS",
    };
    for (const [path, allow] of Object.entries(allowed)) {
      const options = await stage.ask(`OPTIONS ${path}`, { token: null });
      expect([path, options.status, options.headers.allow, options.text]).toEqual([path, 204, allow, ""]);
      for (const method of ["PATCH", "TRACE", "PUT", "DELETE", "GET"]) {
        if (allow.includes(method)) continue;
        const refused = await stage.ask(`${method} ${path}`, { headers: { "content-type": "text/plain" } });
        expect([method, path, refused.status, refused.headers.allow]).toEqual([method, path, 405, allow]);
        expect(refused.body).toMatchObject({ code: "method-not-allowed", message: expect.stringContaining(allow) });
      }
    }
    // An agent may be called `join`, and be retired: that is the path's own methods no more.
    expect((await stage.ask("OPTIONS /api/v1/agents/join")).headers.allow).toBe("OPTIONS, POST");
    expect((await stage.ask("OPTIONS /api/v1/nowhere", { token: null })).status).toBe(401);
    expect((await stage.ask("OPTIONS /api/v1/nowhere")).status).toBe(404);
    expect((await stage.ask("PATCH /api/v1/runs", { token: null })).status).toBe(401);
    expect((await stage.ask("PATCH /api/v1/runs", { body: "{" })).status).toBe(405);
    const evil = { headers: { origin: "http://evil.example" }, token: null };
    expect((await stage.ask("OPTIONS /api/v1/runs", evil)).status).toBe(403);
    expect((await stage.ask("OPTIONS /api/v1/runs", { headers: { host: "evil.example" } })).status).toBe(403);
  });
  it("is not written into the audit log where it did nothing", async () => {
    await stage.ask("OPTIONS /api/v1/halt");
    const { records } = (await stage.ask("GET /api/v1/audit?limit=200")).body;
    expect(records.filter(({ action }: { action: string }) => action.startsWith("OPTIONS"))).toEqual([]);
  });
});

describe("a path", () => {
  it("with a slash at its end is told without", async () => {
    for (const [method, path] of [
      ["GET", "/api/v1/runs/"],
      ["POST", "/api/v1/halt/"],
      ["GET", "/healthz/"],
    ]) {
      const answer = await stage.ask(`${method} ${path}`, method === "POST" ? { body: {} } : {});
      expect(answer).toMatchObject({ status: 404, body: { code: "no-such-route" } });
      expect(answer.body.message).toContain(`leave out the slash at its end: ${path!.slice(0, -1)}`);
    }
    expect((await stage.ask("GET /nowhere/")).body.message).not.toContain("slash");
  });
});

describe("a request without a good token", () => {
  it("is challenged as RFC 6750 has it", async () => {
    const challenge = async (token: string | null, headers = {}) =>
      (await stage.ask("GET /api/v1/runs", { token, headers })).headers["www-authenticate"];
    expect(await challenge(null)).toBe('Bearer realm="squall"');
    expect(await challenge("wrong")).toBe('Bearer realm="squall", error="invalid_token"');
    const wrong = await stage.ask("POST /api/v1/session", { body: { token: "wrong" }, token: null });
    expect(wrong).toMatchObject({ status: 401, headers: { "www-authenticate": expect.stringMatching(/^Bearer /) } });
    expect((await stage.ask("GET /api/v1/runs")).headers["www-authenticate"]).toBeUndefined();
  });
  it("has one whatever the case of its scheme", async () => {
    for (const scheme of ["bearer", "BEARER", "Bearer ", "beaReR"])
      expect(
        (await stage.ask("GET /api/v1/runs", { headers: { authorization: `${scheme} ${TOKEN}` }, token: null })).status,
      ).toBe(200);
    for (const value of [TOKEN, `Bearer${TOKEN}`, "Bearer", "Bearer  ", `Basic ${btoa(`x:${TOKEN}`)}`])
      expect((await stage.ask("GET /api/v1/runs", { headers: { authorization: value }, token: null })).status).toBe(
        401,
      );
  });
  needing(it, lackOf(CURL))("is told so by curl with the server's own words", async () => {
    const url = `${stage.house.server.url}/api/v1/runs`;
    const { stdout } = await promisify(execFile)("curl", ["-sS", "-i", url]);
    expect(stdout).toMatch(/^HTTP\/1\.1 401 Unauthorized\r\n[\s\S]*www-authenticate: Bearer/i);
  });
});

describe("/metrics", () => {
  it("does not share the limit of the token that scrapes it", async () => {
    const metrics = prometheusMetrics({ version: "0.0.0", store: "sqlite" });
    const small = await openStage({ rates: { token: 5 }, metrics });
    try {
      const { token } = await small.newToken("viewer");
      const statuses = async (path: string) => {
        const got: number[] = [];
        for (let i = 0; i < 6; i++) got.push((await small.ask(`GET ${path}`, { token })).status);
        return got;
      };
      expect(await statuses("/api/v1/gate")).toEqual([...Array(5).fill(200), 429]);
      expect(await statuses("/metrics")).toEqual([...Array(5).fill(200), 429]);
    } finally {
      await small.close();
    }
  });
});
