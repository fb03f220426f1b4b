/**
 * Checks the OpenAPI document against the server that publishes it: every route is listed, and every kind of answer is
 * as documented.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { REPORT_FORMAT_NAMES, REPORT_FORMATS } from "../../experiments/model/report/format.ts";
import { prometheusMetrics } from "../../server/metrics/prometheus.ts";
import { experimentOf } from "../server/house.ts";
import { Described, eventsIn } from "./described.ts";
import { type Answer, openStage, type Sent, type Stage } from "./stage.ts";

let stage: Stage;
let described: Described;
let run: string;
beforeAll(async () => {
  stage = await openStage({ metrics: prometheusMetrics({ version: "0.0.0", store: "sqlite" }) });
  described = new Described((await stage.ask("GET /api/v1/openapi.json", { token: null })).body);
  run = await stage.house.start(experimentOf());
  await stage.ask(`POST /api/v1/runs/${run}/halt`);
  await stage.house.ended(run);
});
afterAll(() => stage.close());

const schedule = {
  ...{ apiVersion: "squall.dev/v1", kind: "Schedule", metadata: { name: "tiny" } },
  spec: { experiment: "tiny", cron: "0 0 1 1 *", timeZone: "UTC" },
};
const VALUES: Readonly<Record<string, () => string>> = {
  id: () => run,
  kind: () => "Experiment",
  name: () => "tiny",
  edge: () => "gateway->payments",
  instance: () => "nobody",
};
/** `GET /api/v1/runs/{id}` with existing values for the parameters, sent and checked against the document. */
const ask = async (operation: string, sent: Sent = {}, query = ""): Promise<Answer> => {
  const [method, template] = operation.split(" ") as [string, string];
  const path = template.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(VALUES[name]!()));
  const answer = await stage.ask(`${method} ${path}${query}`, sent);
  expect([operation, answer.status, described.problemOf(method, template, answer)]).toEqual([
    operation,
    answer.status,
    null,
  ]);
  return answer;
};

describe("the OpenAPI document", () => {
  it("is read without a token, by a server's own names alone, and is the same each time", async () => {
    const { headers, status, body } = await stage.ask("GET /api/v1/openapi.json", { token: null });
    expect([status, body.openapi]).toEqual([200, "3.1.0"]);
    const known = { "if-none-match": String(headers.etag) };
    expect((await stage.ask("GET /api/v1/openapi.json", { token: null, headers: known })).status).toBe(304);
    const foreign = { token: null, headers: { host: "evil.example" } };
    expect((await stage.ask("GET /api/v1/openapi.json", foreign)).status).toBe(403);
    expect((await stage.ask("POST /api/v1/openapi.json", { token: null, body: {} })).headers.allow).toBe(
      "GET, HEAD, OPTIONS",
    );
  });
});

describe("an answer is what the document says", () => {
  it("to each read, known already or not", async () => {
    await ask("PUT /api/v1/documents/{kind}/{name}", { body: experimentOf() });
    await stage.ask("PUT /api/v1/documents/Schedule/tiny", { body: schedule });
    const { paths } = (await stage.ask("GET /api/v1/openapi.json")).body;
    const reads = Object.keys(paths).filter((path) => paths[path].get !== undefined);
    for (const path of reads) {
      const { status, headers } = await ask(`GET ${path}`);
      expect([path, status]).toEqual([path, 200]);
      // A body that changes from moment to moment has a new tag each time.
      if (headers.etag === undefined || /traffic|agents|metrics|audit/.test(path)) continue;
      const again = await ask(`GET ${path}`, { headers: { "if-none-match": String(headers.etag) } });
      expect([path, again.status]).toEqual([path, 304]);
    }
  });
  it("to each form of a run's report", async () => {
    for (const format of REPORT_FORMAT_NAMES) {
      const { status, headers } = await ask("GET /api/v1/runs/{id}/report", {}, `?format=${format}`);
      const type = `${REPORT_FORMATS[format].mediaType}; charset=utf-8`;
      expect([format, status, headers["content-type"]]).toEqual([format, 200, type]);
    }
    expect((await ask("GET /api/v1/runs/{id}/report", {}, "?format=pdf")).status).toBe(400);
  });
  it("to each write that does something", async () => {
    const start = { body: { stored: { name: "tiny" } }, headers: { "idempotency-key": "one" } };
    const first = await ask("POST /api/v1/runs", start);
    const again = await ask("POST /api/v1/runs", start);
    expect([first.status, again.status, again.body.id]).toEqual([201, 200, first.body.id]);
    expect((await ask("POST /api/v1/plan", { body: { experiment: experimentOf() } })).status).toBe(200);
    expect((await ask("POST /api/v1/schedules/{name}/pause", { body: { reason: "a test" } })).status).toBe(200);
    expect((await ask("POST /api/v1/schedules/{name}/resume", { body: {} })).status).toBe(200);
    expect((await ask("POST /api/v1/schedules/{name}/trigger", { body: {} })).status).toBe(201);
    expect((await ask("POST /api/v1/halt", { body: "a text" })).status).toBe(200);
    expect((await ask("POST /api/v1/runs", { body: { stored: { name: "tiny" } } })).status).toBe(423);
    expect((await ask("POST /api/v1/release", { body: {} })).status).toBe(200);
    expect((await ask("POST /api/v1/runs/{id}/release", { body: { reason: "a test" } })).status).toBe(200);
    expect((await ask("POST /api/v1/session/ticket", { body: {} })).status).toBe(201);
    const { token, id } = await stage.newToken("viewer");
    expect((await ask("POST /api/v1/session", { body: { token }, token: null })).status).toBe(201);
    expect((await ask("DELETE /api/v1/session")).status).toBe(200);
    expect(
      described.problemOf("DELETE", "/api/v1/tokens/{id}", await stage.ask(`DELETE /api/v1/tokens/${id}`)),
    ).toBeNull();
    const made = { name: "a-join-token", role: "join", service: "gateway" };
    const { body } = await ask("POST /api/v1/tokens", { body: made });
    expect((await ask("POST /api/v1/agents/join", { body: { instance: "g-1" }, token: body.token })).status).toBe(201);
    // A schedule starts this experiment.
    expect((await ask("DELETE /api/v1/documents/{kind}/{name}")).status).toBe(409);
    await stage.ask("DELETE /api/v1/documents/Schedule/tiny");
    expect((await ask("DELETE /api/v1/documents/{kind}/{name}", {}, "?dryRun=true")).status).toBe(200);
    expect((await ask("DELETE /api/v1/documents/{kind}/{name}")).status).toBe(200);
  });
  it("to each kind of refusal", async () => {
    const refusals: readonly (readonly [string, number, Sent, string?])[] = [
      ["GET /api/v1/runs", 400, {}, "?limit=0x10"],
      ["GET /api/v1/runs", 400, {}, "?nonsense=1"],
      ["GET /api/v1/runs", 401, { token: null }],
      ["GET /api/v1/runs", 401, { token: "wrong" }],
      ["GET /api/v1/tokens", 403, { token: (await stage.newToken("viewer")).token }],
      ["DELETE /api/v1/agents/{instance}", 404, {}],
      ["POST /api/v1/runs/{id}/halt", 409, {}],
      ["PUT /api/v1/documents/{kind}/{name}", 412, { body: experimentOf(), headers: { "if-match": '"other"' } }],
      ["POST /api/v1/runs", 413, { body: { file: "x".repeat(3 * 2 ** 20) } }],
      ["POST /api/v1/release", 415, { body: "{}", headers: { "content-type": "text/plain" } }],
      ["POST /api/v1/runs", 422, { body: { experiment: {} } }],
    ];
    for (const [operation, status, sent, query] of refusals)
      expect([operation, (await ask(operation, sent, query)).status]).toEqual([operation, status]);
  });
  it("to whoever follows a run, event by event, and to its last", async () => {
    const { text } = await ask("GET /api/v1/runs/{id}/events");
    const events = eventsIn(await (await stage.house.call("GET", `/api/v1/runs/${run}/events`)).text());
    expect(events.length).toBeGreaterThan(3);
    expect(text).not.toBe("");
    const headers = { "last-event-id": String(events.at(-1)!.id) };
    expect((await ask("GET /api/v1/runs/{id}/events", { headers })).status).toBe(204);
  });
});

describe("a number in a query", () => {
  it("is digits, and nothing else that JavaScript would read as one", async () => {
    for (const wrong of ["", "%20", "0x10", "1e1", "1.0", "+5", "-0", "05", "Infinity", "9".repeat(20), "5&limit=6"])
      expect([wrong, (await stage.ask(`GET /api/v1/runs?limit=${wrong}`)).status]).toEqual([wrong, 400]);
    expect((await stage.ask("GET /api/v1/runs?limit=5")).status).toBe(200);
    const { body } = await stage.ask("GET /api/v1/runs?limit=5x");
    expect(body).toMatchObject({ code: "bad-request", message: "query.limit: must be a whole number" });
  });
});
