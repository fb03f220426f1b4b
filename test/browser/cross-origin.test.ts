/** SAFETY.md invariant 23: no cross-origin or rebound request changes or reads state on any listener. */
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { Browser, Page } from "playwright";
import { afterAll, beforeAll, expect, it } from "vitest";
import { WebSocketServer } from "ws";
import { everyProcess } from "../../server/keeper/processes.ts";
import { ended, start, writeExperiment } from "../tiny.ts";
import { attack, type Loot } from "./attacks.ts";
import { describeInBrowser, eventually, lateFor, launch, runsOf, signIn, type Up, withUp } from "./stage.ts";

const listening = (server: Server) =>
  new Promise<string>((done) => {
    server.listen(0, "127.0.0.1", () => done(`http://127.0.0.1:${(server.address() as { port: number }).port}`));
  });

let browser: Browser;
/** Origin of the hostile page. */
let evil: Server;
let evilUrl: string;
beforeAll(async () => {
  // Both names resolve to this machine, just like after DNS rebinding.
  browser = await launch("--host-resolver-rules=MAP evil.example 127.0.0.1");
  evil = createServer((_request, response) => response.setHeader("content-type", "text/html").end("<body>hello"));
  evilUrl = await listening(evil);
});
afterAll(async () => {
  await browser.close();
  evil.closeAllConnections();
  evil.close();
});

/** Keeps a run injecting while `use` attacks; checks that the run was not touched, and ends the run. */
const withRun = (use: (up: Up, run: string) => Promise<void>) =>
  withUp(async (up) => {
    const running = start(up.home, ["run", writeExperiment(up.home, up.tiny, lateFor("60s"))]);
    const over = ended(running);
    try {
      const run = await eventually(async () => (await runsOf(up)).find(({ state }) => state === "injecting") ?? null);
      await use(up, run.id);
      expect(await runsOf(up)).toMatchObject([{ id: run.id, state: "injecting", verdict: null }]);
    } finally {
      running.kill("SIGTERM");
      await over;
    }
  });
const read = (loot: Loot) => Object.entries(loot).filter(([, text]) => text !== null);
const newPage = async (options: { readonly bypassCSP?: boolean } = {}): Promise<Page> =>
  (await browser.newContext({ reducedMotion: "reduce", ...options })).newPage();

describeInBrowser("invariant 23: a page of another origin", () => {
  it("gets everything from a careless server, so that the attacks mean something", async () => {
    const arrived = new Set<string>();
    const careless = createServer((request, response) => {
      const { method, url, headers } = request;
      arrived.add(`${method} ${url} ${headers["content-type"]?.split(";")[0] ?? ""}`);
      response.setHeader("access-control-allow-origin", "*");
      response.setHeader("access-control-allow-headers", "*, authorization");
      response.setHeader("content-type", url?.endsWith("/events") ? "text/event-stream" : "text/javascript");
      response.end(url?.endsWith("/events") ? "data: secret\n\n" : "'secret'");
    });
    const sockets = new WebSocketServer({ server: careless });
    try {
      const base = await listening(careless);
      const page = await newPage();
      await page.goto(evilUrl);
      const loot = await page.evaluate(attack, { base, token: "t", run: "r" });
      const got = read(loot).map(([name]) => name);
      expect(got).toEqual(
        expect.arrayContaining([
          ...["GET /api/v1/runs", "GET /api/v1/runs with the token", "POST /api/v1/halt JSON with the token"],
          ...["EventSource", "WebSocket /api/v1/agent", "script of the API"],
        ]),
      );
      for (const type of [
        "",
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data",
        "application/json",
      ])
        expect([...arrived]).toContain(`POST /api/v1/halt ${type}`);
    } finally {
      sockets.close();
      careless.closeAllConnections();
      careless.close();
    }
  });

  it("on another port reads nothing and changes nothing, even with the right token", () =>
    withRun(async ({ url, token }, run) => {
      const page = await newPage();
      // The dashboard is signed in within the same browser: a cookie is sent to every port of a host.
      await signIn(page, url, token);
      await page.goto(evilUrl);
      expect(read(await page.evaluate(attack, { base: url, token, run }))).toEqual([]);
      // The other names of loopback are cross-origin just the same.
      const base = url.replace("127.0.0.1", "localhost");
      expect(read(await page.evaluate(attack, { base, token, run }))).toEqual([]);
    }));

  it("whose name was rebound to this machine reads refusals only and changes nothing, even with the right token", () =>
    withRun(async ({ url, token }, run) => {
      const base = `http://evil.example:${new URL(url).port}`;
      // The refusal itself is a page of the rebound name, and scripts there have that origin. The refusal's own policy
      // would block every request of such scripts; the test bypasses the policy, because the server must not depend on
      // the browser.
      const page = await newPage({ bypassCSP: true });
      // Health answers any Host, because load balancers send any, and the response reveals no more than strangers may
      // know.
      const health = await page.goto(`${base}/healthz`);
      expect([health?.status(), await health?.text()]).toEqual([200, '{"ok":true}']);
      const loot = read(await page.evaluate(attack, { base, token, run }));
      // The requests did arrive, and the page may read the responses, since they are same-origin.
      expect(loot.map(([name]) => name)).toContain("GET /api/v1/runs with the token");
      for (const [name, text] of loot) expect(`${name}: ${text}`).toContain("host-not-allowed");
    }));

  it("has no other listener to try: the mesh has its service and its edge, and Squall has one", () =>
    withRun(async ({ url, pid, tiny }) => {
      const ports = listenersBelow(pid);
      expect(ports).toEqual([Number(new URL(url).port), tiny.edgePort, tiny.servicePort].sort((a, b) => a - b));
    }));

  it("is not the dashboard: its own page, with the token, reads and halts", () =>
    withUp(async (up) => {
      const running = start(up.home, ["run", writeExperiment(up.home, up.tiny, lateFor("60s"))]);
      const over = ended(running);
      const run = await eventually(async () => (await runsOf(up)).find(({ state }) => state === "injecting") ?? null);
      const page = await newPage();
      await signIn(page, up.url, up.token);
      const loot = await page.evaluate(attack, { base: up.url, token: up.token, run: run.id });
      expect(loot["GET /api/v1/runs with the token"]).toContain(run.id);
      // The session's cookie authorizes this request.
      expect(loot["GET /api/v1/runs"]).toContain(run.id);
      expect((await over).code).toBe(4);
    }));
});

/** Ports on which a process and its descendants listen, as the kernel reports. */
const listenersBelow = (root: number): number[] => {
  const parents = new Map(everyProcess().map(({ pid, parent }) => [pid, parent]));
  const below = (pid: number): boolean => pid === root || (pid > 1 && below(parents.get(pid) ?? 0));
  const sockets = new Set(
    [...parents.keys()].filter(below).flatMap((pid) =>
      readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
        try {
          return /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1] ?? [];
        } catch {
          return [];
        }
      }),
    ),
  );
  const LISTEN = "0A";
  const rows = ["tcp", "tcp6"].flatMap((file) => readFileSync(`/proc/net/${file}`, "utf8").split("\n").slice(1));
  const ports = rows.flatMap((row) => {
    const [, local, , state, , , , , , inode] = row.trim().split(/\s+/);
    return state === LISTEN && sockets.has(inode ?? "") ? [Number.parseInt(local!.split(":")[1]!, 16)] : [];
  });
  return [...new Set(ports)].sort((a, b) => a - b);
};
