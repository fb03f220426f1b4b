/** Sessions of the dashboard: a cookie that no script reads and no other site can use. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { TOKEN } from "../server/house.ts";
import { openStage, type Sent, type Stage } from "./stage.ts";

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

const HOST = "127.0.0.1:1";
const ORIGIN = { host: HOST, origin: `http://${HOST}` };
const signIn = async (token: string) => {
  const answer = await stage.ask("POST /api/v1/session", { body: { token }, token: null, headers: ORIGIN });
  const [header = ""] = (answer.headers["set-cookie"] ?? []) as string[];
  return { answer, header, cookie: header.split(";")[0]! };
};
const halt = (headers: Record<string, string>) =>
  stage.ask("POST /api/v1/halt", { body: { reason: "r", latch: false }, token: null, headers });

describe("a session", () => {
  it("is opened with a token and lives in a cookie for the server's eyes only", async () => {
    const { answer, header, cookie } = await signIn(TOKEN);
    expect(answer).toMatchObject({ status: 201, body: { name: "local", role: "admin" } });
    expect(header).toMatch(/HttpOnly/);
    expect(header).toMatch(/SameSite=Strict/);
    expect(header).toMatch(/Path=\//);
    expect(header).not.toContain(TOKEN);
    expect(answer.text).not.toContain(cookie.split("=")[1]);
    const who = await stage.ask("GET /api/v1/session", { token: null, headers: { cookie } });
    expect(who.body).toEqual(answer.body);
    expect((await stage.ask("GET /api/v1/session")).body).toMatchObject({ name: "local", expiresAt: null });
  });
  it("writes only from the server's own pages: a cookie comes along with what another site sends", async () => {
    const { cookie } = await signIn(TOKEN);
    expect((await halt({ cookie, ...ORIGIN })).status).toBe(200);
    expect(await halt({ cookie })).toMatchObject({ status: 403, body: { code: "origin-not-allowed" } });
    expect((await halt({ cookie, host: HOST, origin: "http://evil.example" })).status).toBe(403);
    expect((await halt({ cookie, host: HOST, origin: "null" })).status).toBe(403);
  });
  it("is kept for TLS alone where browsers come by TLS", async () => {
    const behind = await openStage({ publicUrl: "https://squall.example" });
    try {
      const sent = { body: { token: TOKEN }, token: null };
      const { headers } = await behind.ask("POST /api/v1/session", sent);
      expect(String(headers["set-cookie"])).toMatch(/^__Host-squall-[0-9a-f]{8}=.*Secure/);
      expect(headers["strict-transport-security"]).toMatch(/max-age=\d{8}/);
    } finally {
      await behind.close();
    }
  });
  it("writes from the origin of the publicUrl alone where there is one, not from its name without TLS", async () => {
    const behind = await openStage({ publicUrl: "https://squall.example", hosts: ["other.example"] });
    try {
      const enter = async (host: string, origin?: string) =>
        (
          await behind.ask("POST /api/v1/session", {
            ...{ body: { token: TOKEN }, token: null },
            headers: { host, ...(origin === undefined ? {} : { origin }) },
          })
        ).status;
      for (const host of ["squall.example", "localhost:4780"])
        expect(await enter(host, "https://squall.example")).toBe(201);
      expect(await enter("squall.example")).toBe(201);
      for (const [host, origin] of [
        ["squall.example", "http://squall.example"],
        ["squall.example:80", "http://squall.example:80"],
        ["squall.example", "https://squall.example:4780"],
        ["other.example", "http://other.example"],
        ["other.example", "https://other.example"],
        ["localhost:4780", "http://localhost:4780"],
        ["squall.example", "null"],
      ] as const)
        expect([host, origin, await enter(host, origin)]).toEqual([host, origin, 403]);
    } finally {
      await behind.close();
    }
  });
  it("lives beside that of another server on the same host: browsers tell cookies apart by host, not by port", async () => {
    const other = await openStage();
    try {
      const mine = (await signIn(TOKEN)).cookie;
      const sent = { body: { token: TOKEN }, token: null, headers: ORIGIN };
      const theirs = String((await other.ask("POST /api/v1/session", sent)).headers["set-cookie"]).split(";")[0]!;
      expect(theirs.split("=")[0]).not.toBe(mine.split("=")[0]);
      // Cookies as a browser sends them: all of the host, to both servers.
      const headers = { cookie: `${mine}; ${theirs}`, ...ORIGIN };
      for (const one of [stage, other])
        expect((await one.ask("GET /api/v1/session", { token: null, headers })).status).toBe(200);
      const ended = await other.ask("DELETE /api/v1/session", { token: null, headers });
      expect(String(ended.headers["set-cookie"])).toMatch(new RegExp(`^${theirs.split("=")[0]}=;`));
      expect((await stage.ask("GET /api/v1/session", { token: null, headers })).status).toBe(200);
    } finally {
      await other.close();
    }
  });
  it("has the role of its token, and ends with it", async () => {
    const { id, token } = await stage.newToken("viewer");
    const { cookie } = await signIn(token);
    const read = () => stage.ask("GET /api/v1/runs", { token: null, headers: { cookie } });
    expect((await read()).status).toBe(200);
    expect((await halt({ cookie, ...ORIGIN })).body.code).toBe("forbidden");
    await stage.ask(`DELETE /api/v1/tokens/${id}`);
    expect((await read()).status).toBe(401);
  });
  it("ends when it is ended, cookie and all, and the token stays", async () => {
    const { token } = await stage.newToken("operator");
    const { cookie } = await signIn(token);
    const ended = await stage.ask("DELETE /api/v1/session", { token: null, headers: { cookie, ...ORIGIN } });
    expect(ended.body).toEqual({ ended: true });
    expect(String(ended.headers["set-cookie"])).toMatch(/Expires=Thu, 01 Jan 1970/);
    expect((await stage.ask("GET /api/v1/session", { token: null, headers: { cookie } })).status).toBe(401);
    expect((await stage.ask("DELETE /api/v1/session", { token })).body).toEqual({ ended: false });
    expect((await stage.ask("GET /api/v1/session", { token })).status).toBe(200);
  });
  it("is opened by no wrong token, by no agent, and by no other session", async () => {
    expect((await signIn("wrong")).answer.body.code).toBe("not-authorized");
    for (const role of ["agent", "join"] as const)
      expect((await signIn((await stage.newToken(role)).token)).answer.body.code).toBe("forbidden");
    const { cookie } = await signIn(TOKEN);
    expect((await signIn(cookie.split("=")[1]!)).answer.status).toBe(401);
  });
  it("is never longer than its token, and is listed without its secret", async () => {
    const { token } = await stage.newToken("viewer", { expiresIn: 60, name: "brief" });
    const { answer, cookie } = await signIn(token);
    expect(Date.parse(answer.body.expiresAt) - Date.now()).toBeLessThanOrEqual(60_000);
    const list = await stage.ask("GET /api/v1/tokens?limit=200");
    expect(list.text).not.toContain(cookie.split("=")[1]);
    const own = list.body.tokens.filter(({ name }: { name: string }) => name === "brief");
    expect(own.map(({ parent }: { parent: string | null }) => parent === null).toSorted()).toEqual([false, true]);
  });
});

const makeTicket = async (sent: Sent): Promise<string> => {
  const answer = await stage.ask("POST /api/v1/session/ticket", { body: {}, ...sent });
  expect(answer, answer.text).toMatchObject({
    status: 201,
    body: { ticket: expect.stringMatching(/^[0-9a-f]{32,}$/) },
  });
  return answer.body.ticket;
};
const enter = async (ticket: string, asked: Stage = stage) => {
  const answer = await asked.ask("POST /api/v1/session", { body: { ticket }, token: null, headers: ORIGIN });
  const [header = ""] = (answer.headers["set-cookie"] ?? []) as string[];
  expect(header === "").toBe(answer.status !== 201);
  return { answer, cookie: header.split(";")[0]! };
};
const REFUSED = { status: 401, body: { code: "not-authorized" } };

describe("a ticket", () => {
  it("opens one session as who made it, and no second one", async () => {
    const { token } = await stage.newToken("operator", { name: "olga" });
    const ticket = await makeTicket({ token });
    const { answer, cookie } = await enter(ticket);
    expect(answer).toMatchObject({ status: 201, body: { name: "olga", role: "operator" } });
    expect((await stage.ask("GET /api/v1/session", { token: null, headers: { cookie } })).body.name).toBe("olga");
    expect((await enter(ticket)).answer).toMatchObject(REFUSED);
    const both = await makeTicket({ token });
    const statuses = await Promise.all([enter(both), enter(both), enter(both)]);
    expect(statuses.map(({ answer: { status } }) => status).toSorted()).toEqual([201, 401, 401]);
  });
  it("is good for a minute, and for the server alone that made it", async () => {
    const { body } = await stage.ask("POST /api/v1/session/ticket", { body: {} });
    expect(Date.parse(body.expiresAt) - Date.now()).toBeLessThanOrEqual(60_000);
    const other = await openStage();
    try {
      expect((await enter(body.ticket, other)).answer).toMatchObject(REFUSED);
    } finally {
      await other.close();
    }
    expect((await enter(body.ticket)).answer.status).toBe(201);
  });
  it("of a viewer opens a session that may look and nothing else", async () => {
    const { token } = await stage.newToken("viewer");
    const { cookie } = await enter(await makeTicket({ token }));
    expect((await stage.ask("GET /api/v1/runs", { token: null, headers: { cookie } })).status).toBe(200);
    expect((await halt({ cookie, ...ORIGIN })).body.code).toBe("forbidden");
  });
  it("is nothing any more once its token is revoked; a session that it opened ends with the token", async () => {
    const { id, token } = await stage.newToken("viewer");
    const { cookie } = await enter(await makeTicket({ token }));
    const ticket = await makeTicket({ token });
    await stage.ask(`DELETE /api/v1/tokens/${id}`);
    expect((await enter(ticket)).answer).toMatchObject(REFUSED);
    expect((await stage.ask("GET /api/v1/session", { token: null, headers: { cookie } })).status).toBe(401);
  });
  it("that a session made opens no longer one, which the token ends just the same", async () => {
    const { id, token } = await stage.newToken("viewer", { expiresIn: 60 });
    const first = await signIn(token);
    const bySession = { token: null, headers: { cookie: first.cookie, ...ORIGIN } };
    const second = await enter(await makeTicket(bySession));
    expect(second.answer).toMatchObject({ status: 201, body: first.answer.body });
    const list = (await stage.ask("GET /api/v1/tokens?limit=200")).body.tokens as { parent: string | null }[];
    expect(list.filter(({ parent }) => parent === id)).toHaveLength(2);
    const ticket = await makeTicket(bySession);
    await stage.ask("DELETE /api/v1/session", bySession);
    expect((await enter(ticket)).answer).toMatchObject(REFUSED);
    await stage.ask(`DELETE /api/v1/tokens/${id}`);
    const read = { token: null, headers: { cookie: second.cookie } };
    expect((await stage.ask("GET /api/v1/session", read)).status).toBe(401);
  });
  it("is made by no agent, and by no page of another site; a wrong one opens nothing", async () => {
    for (const role of ["agent", "join"] as const) {
      const { token } = await stage.newToken(role);
      expect((await stage.ask("POST /api/v1/session/ticket", { body: {}, token })).status).toBe(403);
    }
    const { cookie } = await signIn(TOKEN);
    const evil = { cookie, host: HOST, origin: "http://evil.example" };
    for (const headers of [{ cookie }, evil])
      expect((await stage.ask("POST /api/v1/session/ticket", { body: {}, token: null, headers })).status).toBe(403);
    for (const wrong of ["0".repeat(48), TOKEN, cookie.split("=")[1]!])
      expect((await enter(wrong)).answer).toMatchObject(REFUSED);
    expect((await stage.ask("POST /api/v1/session", { body: { token: TOKEN, ticket: "x" }, token: null })).status).toBe(
      400,
    );
  });
});

describe("a join token", () => {
  it("is exchanged for a credential of one instance that has no more than the token", async () => {
    const { token } = await stage.newToken("join", { service: "gateway", edges: ["gateway->payments"] });
    const joined = await stage.ask("POST /api/v1/agents/join", { body: { instance: "gateway-1" }, token });
    expect(joined).toMatchObject({
      status: 201,
      body: { instance: "gateway-1", service: "gateway", edges: ["gateway->payments"], token: expect.any(String) },
    });
    const own = { token: joined.body.token as string };
    expect((await stage.ask("GET /api/v1/runs", own)).status).toBe(403);
    expect((await stage.ask("POST /api/v1/agents/join", { body: { instance: "x" }, ...own })).status).toBe(403);
  });
});
