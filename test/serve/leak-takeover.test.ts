/**
 * Leak across a takeover: after the leader dies, another live server on the same PostgreSQL takes over, and the run
 * stays BROKEN with the same facts.
 */
import { writeFileSync } from "node:fs";
import { createServer, get, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterEach, beforeEach, expect } from "vitest";
import { freePorts } from "../ports.ts";
import { itOnPostgres, withPostgres } from "../postgres.ts";
import {
  agentReady,
  eventually,
  finished,
  type Ground,
  journalOf,
  leads,
  openGround,
  reportOf,
  start,
} from "./ground.ts";

const SHOPPER_MS = 40;

let ground: Ground;
const cleanUps: (() => unknown)[] = [];
beforeEach(async () => {
  ground = await openGround();
});
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
  await ground.close();
});

/** Service `stock`, outside the fault's reach; `stock` begins to fail when the test says so. */
const openStock = async () => {
  const stock = { fails: false };
  const server: Server = createServer((_request, response) => {
    response.statusCode = stock.fails ? 500 : 200;
    response.end();
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  cleanUps.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return { stock, address: `127.0.0.1:${(server.address() as AddressInfo).port}` };
};
const shopAt = (port: number): void => {
  const shopper = setInterval(() => {
    get({ host: "127.0.0.1", port, agent: false }, (response) => response.resume()).on("error", () => {});
  }, SHOPPER_MS);
  cleanUps.push(() => clearInterval(shopper));
};
const meshOf = (stock: string, [orders, shop]: readonly number[]) => ({
  apiVersion: "squall.dev/v1",
  kind: "Mesh",
  metadata: { name: "beside" },
  spec: {
    services: { orders: {}, bank: { endpoints: [ground.upstream] }, shopper: {}, stock: { endpoints: [stock] } },
    edges: [
      { from: "orders", to: "bank", listen: `127.0.0.1:${orders}` },
      { from: "shopper", to: "stock", listen: `127.0.0.1:${shop}` },
    ],
  },
});
/** Experiment that holds without a leak; the recovery lasts long enough for the server to die in that phase. */
const experimentAt = (port: number) => ({
  apiVersion: "squall.dev/v1",
  kind: "Experiment",
  metadata: { name: "beside" },
  spec: {
    phases: { warmup: "1s", baseline: "8s", during: "40s", recovery: { within: "60s", hold: "60s" } },
    hypothesis: [
      {
        name: "orders are taken",
        http: { url: `http://127.0.0.1:${port}/`, timeout: "5s", every: "60ms" },
        good: { status: "2xx" },
        objective: "80%",
      },
    ],
    faults: [
      {
        name: "the bank is slow",
        edge: { from: "orders", to: "bank" },
        latency: { delay: "50ms" },
        hits: { atLeast: 3 },
      },
    ],
  },
});

itOnPostgres(
  "a run that a leak broke stays BROKEN by the same facts when another server takes over",
  { timeout: 180_000 },
  () =>
    withPostgres(async (DATABASE_URL) => {
      const { stock, address } = await openStock();
      const [orders = 0, shop = 0] = await freePorts(2);
      const mesh = join(ground.folder, "beside.json");
      writeFileSync(mesh, JSON.stringify(meshOf(address, [orders, shop])));
      const servers = await Promise.all(
        ["a", "b"].map((name) => ground.serve(name, ["--mesh", mesh], { DATABASE_URL })),
      );
      const leader = await eventually("one of two leads", async () => {
        for (const server of servers) if (await leads(server)) return server;
        return undefined;
      });
      const standby = servers.find((server) => server !== leader)!;
      await ground.agent([leader.url, standby.url]);
      await agentReady(leader.url);
      shopAt(shop);

      const id = await start(leader.url, experimentAt(orders));
      await eventually(
        "the fault has hit",
        async () => {
          const { radius, state } = await reportOf(leader.url, id);
          return (state === "injecting" && radius !== undefined) || undefined;
        },
        60_000,
      );
      stock.fails = true;
      const before = await eventually(
        "the leak is found",
        async () => {
          const report = await reportOf(leader.url, id);
          return report.radius?.leaks.length === 1 && report.state === "recovering" ? report : undefined;
        },
        60_000,
      );
      stock.fails = false;
      const told = await journalOf(leader.url, id);
      expect(before.reason).toMatch(
        /^stock (is not declared|may only get slower), but fails: \d[\d.]*% of calls from shopper fail/,
      );

      leader.child.kill("SIGKILL");
      await eventually("the other leads", async () => (await leads(standby)) || undefined, 30_000);
      const after = await finished(standby.url, id, 60_000);
      expect(after).toMatchObject({ verdict: "BROKEN", because: "leak", reason: before.reason });
      expect(after.radius!.leaks).toEqual(before.radius!.leaks);
      expect(after.audit.map(({ grade }) => grade)).toEqual(["attested"]);
      // The journal continues where the dead server left off, and ends with the records of the new leader.
      const journal = await journalOf(standby.url, id);
      expect(journal.slice(0, told.length)).toEqual(told);
      expect(JSON.stringify(journal.slice(told.length))).toContain("server-lost");
    }),
);
