/** A standby server names the leader, and processes no requests. */
import { type AddressInfo, connect } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createApp } from "../../server/api/app.ts";
import { openApiDocument, templateOf } from "../../server/api/openapi/document.ts";
import { systemClock as clock } from "../../server/clock.ts";
import { api, type RouteName } from "../../server/contract/index.ts";
import { notLeader } from "../../server/errors.ts";
import { noLog as log } from "../../server/log.ts";
import { Tickets } from "../../server/security/tickets.ts";
import { Tokens } from "../../server/security/tokens.ts";
import { openStore } from "../../server/store/open.ts";
import { newFolder, TOKEN } from "../server/house.ts";
import { Described } from "./described.ts";

const LEADER = "https://squall-1.example:4780";
let url: string;
/** null: no leader. */
let leader: string | null = LEADER;
const closing: (() => unknown)[] = [];
beforeAll(async () => {
  const folder = newFolder();
  const store = await openStore({ folder });
  const config = { folder, mesh: null, listen: { host: "127.0.0.1", port: 0 }, token: TOKEN, allowExec: false, log };
  const tokens = new Tokens({ clock, db: store.db, log, own: TOKEN });
  const term = () => {
    throw notLeader(leader);
  };
  const context = { clock, log, version: "0", config, store, tokens, tickets: new Tickets(clock), controlPlane: term };
  const app = await createApp({ context, unready: () => "it stands by" });
  await app.listen(config.listen);
  closing.push(
    () => store.close(),
    () => app.close(),
  );
  url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  for (const close of closing.toReversed()) await close();
});

const ask = (route: string, token: string | null) => {
  const [method, path] = route.split(" ") as [string, string];
  const isRead = method === "GET" || method === "DELETE";
  return fetch(`${url}${path}`, {
    method,
    headers: {
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      ...(isRead ? {} : { "content-type": "application/json" }),
    },
    ...(isRead ? {} : { body: "{}" }),
  });
};
const filled = (route: RouteName) => route.replace(":kind", "Mesh").replace(/:\w+/g, "x");

const described = new Described(openApiDocument({ version: "0", cookie: "squall" }));
const expectDescribed = async (route: RouteName, answer: Response) => {
  const [method, path] = route.split(" ") as [string, string];
  const text = await answer.clone().text();
  const told = { status: answer.status, headers: Object.fromEntries(answer.headers), text };
  expect([route, described.problemOf(method, templateOf(path), told)]).toEqual([route, null]);
};

describe("a server that stands by", () => {
  it("answers every route with the leader's URL, but for its own description", async () => {
    for (const route of Object.keys(api) as RouteName[]) {
      const answer = await ask(filled(route), TOKEN);
      await expectDescribed(route, answer);
      if (route === "GET /api/v1/openapi.json") {
        expect(answer.status).toBe(200);
        continue;
      }
      expect({ route, status: answer.status }).toEqual({ route, status: 421 });
      expect(answer.headers.get("squall-leader")).toBe(LEADER);
      expect(await answer.json()).toMatchObject({ code: "not-leader", message: expect.stringContaining(LEADER) });
    }
  });
  it("says when to try again while nobody leads", async () => {
    leader = null;
    for (const route of Object.keys(api) as RouteName[]) {
      const answer = await ask(filled(route), TOKEN);
      await expectDescribed(route, answer);
      if (route === "GET /api/v1/openapi.json") continue;
      expect([route, answer.status, answer.headers.get("retry-after")]).toEqual([route, 503, "2"]);
    }
    leader = LEADER;
  });
  it("tells strangers nothing of the leader", async () => {
    const answer = await ask("GET /api/v1/runs", null);
    expect(answer.status).toBe(401);
    expect(answer.headers.get("squall-leader")).toBeNull();
    expect(await answer.text()).not.toContain(LEADER);
  });
  it("lives, and is not ready", async () => {
    expect((await ask("GET /healthz", null)).status).toBe(200);
    const ready = await ask("GET /readyz", null);
    expect([ready.status, await ready.json()]).toEqual([503, { ok: false, reason: "it stands by" }]);
    const { hostname, port } = new URL(url);
    const byAddress = await new Promise<string>((resolve, reject) => {
      let text = "";
      const socket = connect(Number(port), hostname, () => socket.write("GET /readyz HTTP/1.0\r\n\r\n"));
      socket
        .on("data", (part) => {
          text += part;
        })
        .on("error", reject)
        .on("close", () => resolve(text));
    });
    expect(byAddress).toMatch(/^HTTP\/1\.1 503 [\s\S]*\r\n\r\n\{"ok":false\}$/);
  });
});
