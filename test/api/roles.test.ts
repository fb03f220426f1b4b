/**
 * Every route × every role, against a list that is written here a second time: permissions must not change by a slip.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { api, type RouteName } from "../../server/contract/index.ts";
import { openStage, ROLES, type RoleName, type Stage, tokensOfAll } from "./stage.ts";

let stage: Stage;
let tokens: Readonly<Record<RoleName, string>>;
beforeAll(async () => {
  stage = await openStage();
  tokens = await tokensOfAll(stage);
});
afterAll(() => stage.close());

const PEOPLE = { viewer: ["viewer", "operator", "admin"], operator: ["operator", "admin"], admin: ["admin"] } as const;
const MAY: Readonly<Record<RouteName, readonly RoleName[] | "anybody" | "by kind">> = {
  "GET /api/v1/runs": PEOPLE.viewer,
  "GET /api/v1/runs/:id": PEOPLE.viewer,
  "GET /api/v1/runs/:id/report": PEOPLE.viewer,
  "GET /api/v1/runs/:id/journal": PEOPLE.viewer,
  "GET /api/v1/runs/:id/events": PEOPLE.viewer,
  "GET /api/v1/trends": PEOPLE.viewer,
  "POST /api/v1/plan": PEOPLE.viewer,
  "GET /api/v1/gate": PEOPLE.viewer,
  "GET /api/v1/mesh": PEOPLE.viewer,
  "GET /api/v1/agents": PEOPLE.viewer,
  "GET /api/v1/documents": PEOPLE.viewer,
  "GET /api/v1/documents/:kind/:name": PEOPLE.viewer,
  "GET /api/v1/documents/:kind/:name/versions": PEOPLE.viewer,
  "GET /api/v1/schedules": PEOPLE.viewer,
  "GET /api/v1/schedules/:name": PEOPLE.viewer,
  "GET /api/v1/claims": PEOPLE.viewer,
  "POST /api/v1/session/ticket": PEOPLE.viewer,
  "GET /api/v1/session": PEOPLE.viewer,
  "DELETE /api/v1/session": PEOPLE.viewer,
  "GET /api/v1/traffic": PEOPLE.viewer,
  "GET /api/v1/traffic/events": PEOPLE.viewer,
  "GET /api/v1/traffic/edges/:edge": PEOPLE.viewer,
  "GET /api/v1/server": PEOPLE.viewer,
  "POST /api/v1/runs": PEOPLE.operator,
  "POST /api/v1/runs/:id/halt": PEOPLE.operator,
  "POST /api/v1/runs/:id/release": PEOPLE.operator,
  "POST /api/v1/halt": PEOPLE.operator,
  "POST /api/v1/release": PEOPLE.operator,
  "POST /api/v1/schedules/:name/pause": PEOPLE.operator,
  "POST /api/v1/schedules/:name/resume": PEOPLE.operator,
  "POST /api/v1/schedules/:name/trigger": PEOPLE.operator,
  "GET /api/v1/verify": PEOPLE.operator,
  "GET /api/v1/tokens": PEOPLE.admin,
  "POST /api/v1/tokens": PEOPLE.admin,
  "DELETE /api/v1/tokens/:id": PEOPLE.admin,
  "GET /api/v1/audit": PEOPLE.admin,
  "GET /api/v1/backup": PEOPLE.admin,
  "DELETE /api/v1/agents/:instance": PEOPLE.operator,
  "POST /api/v1/agents/join": ["join", "admin"],
  "POST /api/v1/session": "anybody",
  "GET /api/v1/openapi.json": "anybody",
  "PUT /api/v1/documents/:kind/:name": "by kind",
  "DELETE /api/v1/documents/:kind/:name": "by kind",
};
const KINDS = { Mesh: "admin", Policy: "admin", Experiment: "operator", Schedule: "operator" } as const;

const cases = (Object.keys(api) as RouteName[]).flatMap((route) => {
  const may = MAY[route];
  if (may === "anybody") return [];
  const path = route.replace(":id", "nobody").replace(":name", "nobody");
  if (may !== "by kind") return [{ path, may: may as readonly RoleName[] }];
  return Object.entries(KINDS).map(([kind, least]) => ({ path: path.replace(":kind", kind), may: PEOPLE[least] }));
});
const bodyOf = (path: string) => (/^(POST|PUT)/.test(path) ? { body: {} } : {});

describe("invariant 25: every route × every role", () => {
  it("is refused to every role that must not have it, and to nobody else", async () => {
    const wrong: string[] = [];
    await Promise.all(
      cases.flatMap(({ path, may }) =>
        ROLES.map(async (role) => {
          const { status, body } = await stage.ask(path, { ...bodyOf(path), token: tokens[role] });
          const refused = status === 403 && body.code === "forbidden";
          if (refused === may.includes(role) || status === 401) wrong.push(`${path} as ${role}: ${status}`);
        }),
      ),
    );
    expect(wrong).toEqual([]);
  });
  it("is refused without a token, with a wrong one, and with one that only looks like one", async () => {
    const wrong: string[] = [];
    const none = [null, "", "wrong", `${tokens.admin}x`, tokens.admin.slice(0, -1)];
    await Promise.all(
      cases.flatMap(({ path }) =>
        none.map(async (token) => {
          const { status, body } = await stage.ask(path, { ...bodyOf(path), token });
          if (status !== 401 || body.code !== "not-authorized") wrong.push(`${path}: ${status}`);
        }),
      ),
    );
    expect(wrong).toEqual([]);
  });
  it("holds for a kind of document that does not exist", async () => {
    const path = "PUT /api/v1/documents/Secret/x";
    expect((await stage.ask(path, { body: {}, token: tokens.operator })).status).toBe(403);
    expect((await stage.ask(path, { body: {}, token: tokens.admin })).status).toBe(400);
  });
  it("holds for names and ids of any length: the role is asked first", async () => {
    const long = "x".repeat(2_000);
    const answers = await Promise.all(
      [`DELETE /api/v1/tokens/${long}`, `GET /api/v1/runs/${long}`, `POST /api/v1/schedules/${long}/pause`].map(
        async (path) => [
          (await stage.ask(path, { ...bodyOf(path), token: null })).status,
          (await stage.ask(path, { ...bodyOf(path), token: tokens.join })).status,
          (await stage.ask(path, { ...bodyOf(path), token: tokens.admin })).status,
        ],
      ),
    );
    for (const answer of answers) expect(answer).toEqual([401, 403, 400]);
  });
  it("holds for the agents' way in", async () => {
    const dial = (token: string) =>
      new Promise<string>((resolve) => {
        const url = `${stage.house.server.url.replace("http", "ws")}/api/v1/agent`;
        const socket = new WebSocket(url, { headers: { authorization: `Bearer ${token}` } });
        socket.on("unexpected-response", (_, response) => resolve(String(response.statusCode)));
        socket.on("open", () => {
          socket.terminate();
          resolve("open");
        });
        socket.on("error", () => {});
      });
    const got = await Promise.all(ROLES.map(async (role) => [role, await dial(tokens[role])]));
    expect(Object.fromEntries(got)).toEqual({
      ...{ viewer: "403", operator: "403", join: "403", agent: "open", admin: "open" },
    });
  });
  it("ends at once when a token is revoked", async () => {
    const { id, token } = await stage.newToken("viewer");
    expect((await stage.ask("GET /api/v1/runs", { token })).status).toBe(200);
    expect((await stage.ask(`DELETE /api/v1/tokens/${id}`)).body.revokedAt).not.toBeNull();
    expect((await stage.ask("GET /api/v1/runs", { token })).status).toBe(401);
  });
  it("writes down who was refused what", async () => {
    await stage.ask("POST /api/v1/halt", { body: { reason: "not mine to say" }, token: tokens.viewer });
    const { body } = await stage.ask("GET /api/v1/audit?action=POST%20/api/v1/halt&limit=200");
    const refused = body.records.filter(({ outcome }: { outcome: string }) => outcome === "forbidden");
    expect(refused[0]).toMatchObject({
      role: "viewer",
      target: "/api/v1/halt",
      principal: expect.stringMatching(/^viewer-/),
    });
  });
});
