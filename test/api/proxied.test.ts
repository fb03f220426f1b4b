/**
 * Servers behind a proxy that signs people in: only a trusted proxy's names count, and the proxy's own Authorization
 * does no harm.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { AuthHeaders } from "../../server/security/proxy-identity.ts";
import { TOKEN } from "../server/house.ts";
import { openStage, type Stage } from "./stage.ts";

const AUTH: AuthHeaders = {
  header: "x-forwarded-user",
  groupsHeader: "x-forwarded-groups",
  roles: [
    { role: "admin", group: "sre" },
    { role: "operator", group: "payments" },
    { role: "viewer", group: "staff" },
  ],
};
const HOST = "localhost:1";
const PAGE = { host: HOST, origin: `http://${HOST}` };
let stage: Stage;
beforeAll(async () => {
  stage = await openStage({ auth: AUTH, trustedProxies: ["127.0.0.0/8"] });
});
afterAll(() => stage.close());

const sessionOf = async (token: string, of = stage) => {
  const { headers } = await of.ask("POST /api/v1/session", { body: { token }, token: null });
  return String(headers["set-cookie"]).split(";")[0]!;
};
const whoIs = (headers: Record<string, string>, of = stage) => of.ask("GET /api/v1/session", { token: null, headers });
const FOREIGN = [
  `Basic ${btoa("anna:secret")}`,
  "Bearer eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhbm5hIn0.c2lnbmF0dXJl",
  "Bearer",
  "Negotiate YIIB",
  "Digest username=x",
];

describe("an Authorization header of another system", () => {
  it("does not keep a signed-in page out, and lets nobody in", async () => {
    const plain = await openStage();
    try {
      const cookie = await sessionOf(TOKEN, plain);
      for (const authorization of FOREIGN) {
        expect((await whoIs({ cookie, authorization }, plain)).body).toMatchObject({ name: "local", role: "admin" });
        expect((await whoIs({ authorization }, plain)).status).toBe(401);
        const write = { body: {}, token: null, headers: { cookie, authorization } };
        expect((await plain.ask("POST /api/v1/release", write)).status).toBe(403);
        const own = { ...write, headers: { ...write.headers, ...PAGE } };
        expect((await plain.ask("POST /api/v1/release", own)).status).toBe(200);
      }
    } finally {
      await plain.close();
    }
  });
  it("is one of ours when it has our form: then it decides, good or bad", async () => {
    const cookie = await sessionOf(TOKEN);
    const { token } = await stage.newToken("viewer");
    expect((await whoIs({ cookie, authorization: `Bearer ${token}` })).body.role).toBe("viewer");
    expect((await whoIs({ cookie, authorization: `Bearer ${TOKEN}` })).body).toMatchObject({ expiresAt: null });
    for (const wrong of [`${token}x`, "squall_nonsense"])
      expect((await whoIs({ cookie, authorization: `Bearer ${wrong}`, "x-forwarded-user": "anna" })).status).toBe(401);
  });
});

describe("a person whom a trusted proxy names", () => {
  const person = (groups: string, user = "anna") => ({ "x-forwarded-user": user, "x-forwarded-groups": groups });
  it("has the highest role of their groups, and none without one", async () => {
    for (const [groups, role] of [
      ["staff", "viewer"],
      ["staff, payments", "operator"],
      ["payments,sre,staff", "admin"],
    ] as const)
      expect((await whoIs(person(groups))).body).toEqual({ name: "anna", role, expiresAt: null });
    for (const groups of ["", "others", "*", "SRE", "sre;staff", "staff2"])
      expect((await whoIs(person(groups))).status).toBe(401);
    expect((await whoIs({ "x-forwarded-user": "anna" })).status).toBe(401);
    expect((await whoIs({ "x-forwarded-groups": "sre" })).status).toBe(401);
  });
  it("may do what the role may, from the server's own pages, and stands in the audit log", async () => {
    const halt = (headers: Record<string, string>) =>
      stage.ask("POST /api/v1/halt", { body: { reason: "r", latch: false }, token: null, headers });
    expect((await halt({ ...person("payments"), ...PAGE })).status).toBe(200);
    expect(await halt({ ...person("staff"), ...PAGE })).toMatchObject({ status: 403, body: { code: "forbidden" } });
    // The proxy's own cookie accompanies any request that another site makes a browser send.
    expect(await halt(person("payments"))).toMatchObject({ status: 403, body: { code: "origin-not-allowed" } });
    expect((await halt({ ...person("payments"), host: HOST, origin: "http://evil.example" })).status).toBe(403);
    const { records } = (await stage.ask("GET /api/v1/audit?limit=200")).body;
    expect(records).toContainEqual(expect.objectContaining({ principal: "anna", role: "operator", outcome: "ok" }));
    expect((await stage.ask("GET /api/v1/tokens", { token: null, headers: person("staff,payments") })).status).toBe(
      403,
    );
  });
  it("is nobody where the header came twice, is empty, too long, or claims to be the server's own token", async () => {
    for (const user of ["", " ", "local", "x".repeat(201), "a\tb"])
      expect([user, (await whoIs(person("sre", user))).status]).toEqual([user, 401]);
    const twice = { "x-forwarded-user": ["anna", "boss"], "x-forwarded-groups": "sre" } as never;
    expect((await whoIs(twice)).status).toBe(401);
    const groups = { "x-forwarded-user": "anna", "x-forwarded-groups": ["sre", "staff"] } as never;
    expect((await whoIs(groups)).status).toBe(401);
  });
  it("is no agent, hands on no ticket, and is counted by name", async () => {
    const admin = { token: null, headers: { ...person("sre"), ...PAGE } };
    expect((await stage.ask("POST /api/v1/agents/join", { ...admin, body: { instance: "x" } })).status).toBe(401);
    expect((await stage.ask("GET /api/v1/agent", { token: null, headers: person("sre") })).status).toBe(401);
    expect((await stage.ask("POST /api/v1/session/ticket", { ...admin, body: {} })).body.code).toBe("forbidden");
    expect((await stage.ask("DELETE /api/v1/session", admin)).body).toEqual({ ended: false });
    const small = await openStage({ auth: AUTH, trustedProxies: ["127.0.0.0/8"], rates: { token: 3 } });
    try {
      const ask = async (user: string) => (await whoIs(person("staff", user), small)).status;
      expect([await ask("anna"), await ask("anna"), await ask("anna"), await ask("anna")]).toEqual([
        200, 200, 200, 429,
      ]);
      expect(await ask("bob")).toBe(200);
    } finally {
      await small.close();
    }
  });
  it("gives way to a session and to a token of the same request, and stands in for a session that is over", async () => {
    const { id, token } = await stage.newToken("operator", { name: "olga" });
    const cookie = await sessionOf(token);
    expect((await whoIs({ ...person("staff"), cookie })).body.name).toBe("olga");
    expect((await whoIs({ ...person("staff"), authorization: `Bearer ${token}` })).body.name).toBe("olga");
    await stage.ask(`DELETE /api/v1/tokens/${id}`);
    expect((await whoIs({ ...person("staff"), cookie })).body.name).toBe("anna");
  });
  it("may be everybody, where the configuration says so", async () => {
    const roles = [{ role: "viewer", group: "*" }] as const;
    const open = await openStage({ auth: { ...AUTH, groupsHeader: null, roles }, trustedProxies: ["127.0.0.1"] });
    try {
      expect((await whoIs({ "x-forwarded-user": "zoë" }, open)).status).toBe(200);
      expect((await whoIs({ "x-forwarded-user": "anna", "x-forwarded-groups": "sre" }, open)).body.role).toBe("viewer");
    } finally {
      await open.close();
    }
  });
});

describe("a header from elsewhere", () => {
  it("is nobody's word, whatever X-Forwarded-For says of where it came from", async () => {
    for (const trustedProxies of [["10.0.0.0/8"], []]) {
      const far = await openStage({ auth: AUTH, trustedProxies });
      try {
        const headers = { "x-forwarded-user": "anna", "x-forwarded-groups": "sre", "x-forwarded-for": "10.0.0.1" };
        expect((await whoIs(headers, far)).status).toBe(401);
      } finally {
        await far.close();
      }
    }
  });
});
