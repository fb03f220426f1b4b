/**
 * The demo shop alone, with services started as a mesh and wired straight to each other: failures survived and not
 * survived.
 */
import { createServer as createHttp } from "node:http";
import { createServer as createTcp, type Server, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { test as base, describe, expect } from "vitest";
import type { Mesh, Service } from "../../experiments/model/mesh/mesh.ts";
import { type RunningMesh, startMesh } from "../../server/keeper/start.ts";
import { builtPath } from "../../server/package-paths.ts";
import { freePort } from "../ports.ts";
import { configOf, service, sweep, type Told } from "./stage.ts";

const NAMES = ["gateway", "catalog", "checkout", "payments", "inventory", "ledger"] as const;
type Name = (typeof NAMES)[number];

/** A single shop, and the stand-ins for some of the services. */
class Ground {
  #told: Told | null = null;
  #mesh: RunningMesh | null = null;
  readonly #servers: Server[] = [];

  /** Starts the shop. `instead`: the port of a stand-in for a service; that service is not started. */
  async open(instead: Partial<Record<Name, number>> = {}): Promise<string> {
    const ports = Object.fromEntries(
      await Promise.all(NAMES.map(async (name) => [name, instead[name] ?? (await freePort())])),
    ) as Record<Name, number>;
    const neighbours = Object.fromEntries(NAMES.map((name) => [name.toUpperCase(), `127.0.0.1:${ports[name]}`]));
    const services = NAMES.filter((name) => instead[name] === undefined).map(
      (name): Service => ({
        ...service(name, ports[name]),
        command: [process.execPath, `${name}.js`],
        env: { ...neighbours, PORT: String(ports[name]) },
        ready: name === "ledger" ? { tcp: true } : { http: "/healthz" },
      }),
    );
    await this.#start(services);
    return `http://127.0.0.1:${ports.gateway}`;
  }
  /** Starts shoppers alone, sent to this gateway port. Returns the URL of the shoppers' health. */
  async openShoppers(gateway: number): Promise<string> {
    const port = await freePort();
    const shoppers: Service = {
      ...service("shoppers", port),
      command: [process.execPath, "shoppers.js"],
      env: { PORT: String(port), GATEWAY: `127.0.0.1:${gateway}` },
    };
    await this.#start([shoppers]);
    return `http://127.0.0.1:${port}/healthz`;
  }
  async #start(services: readonly Service[]): Promise<void> {
    const shop: Mesh = { name: "shop", directory: builtPath("experiments", "shop"), services, edges: [] };
    this.#told = configOf(shop);
    this.#mesh = await startMesh(this.#told.config);
  }
  get progress(): Told["progress"] {
    return this.#told?.progress ?? [];
  }
  async listening(server: Server): Promise<number> {
    this.#servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return (server.address() as { port: number }).port;
  }
  async clear(): Promise<void> {
    await this.#mesh?.stop();
    if (this.#told !== null) sweep(this.#told);
    for (const server of this.#servers) server.close();
  }
}
const it = base.extend<{ readonly ground: Ground }>({
  ground: async ({ task: _ }, use) => {
    const ground = new Ground();
    await use(ground);
    await ground.clear();
  },
});
const buy = async (shop: string, waitMs = 5_000) => {
  const response = await fetch(`${shop}/checkout`, {
    method: "POST",
    body: JSON.stringify({ sku: "kettle", quantity: 2 }),
    signal: AbortSignal.timeout(waitMs),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
};

describe.concurrent("the shop", () => {
  it("sells, charges and writes down", async ({ ground }) => {
    const shop = await ground.open();
    expect(await buy(shop)).toEqual({
      status: 200,
      body: { order: "order-1", price: 800, payment: "charged", line: 1 },
    });
    expect((await buy(shop)).body).toMatchObject({ order: "order-2", line: 2 });
  });

  it("shows its goods, each with its stock", async ({ ground }) => {
    const shop = await ground.open();
    const { items } = (await (await fetch(`${shop}/items`)).json()) as { items: { sku: string }[] };
    expect(items).toHaveLength(40);
    expect(await (await fetch(`${shop}/items/red-cup`)).json()).toMatchObject({ sku: "red-cup", stock: 1_000 });
    expect((await fetch(`${shop}/items/anvil`)).status).toBe(404);
    expect((await fetch(`${shop}/nowhere`)).status).toBe(404);
  });

  it("accepts orders to be paid later when payments is dead", async ({ ground }) => {
    const shop = await ground.open({ payments: await freePort() });
    for (let order = 1; order <= 8; order++)
      expect(await buy(shop)).toMatchObject({ status: 202, body: { payment: "deferred", line: order } });
  });

  it("asks payments no more once five charges in a row were not answered in time, and asks again later", async ({
    ground,
    expect,
  }) => {
    let asked = 0;
    let isSlow = true;
    const payments = createHttp((request, response) => {
      asked += 1;
      if (isSlow) return;
      let sent = "";
      request.on("data", (chunk) => (sent += chunk));
      request.on("end", () => response.end(JSON.stringify({ payment: "charged", ...JSON.parse(sent) })));
    });
    const shop = await ground.open({ payments: await ground.listening(payments) });
    for (let order = 1; order <= 5; order++) expect((await buy(shop)).status).toBe(202);
    expect(asked).toBe(5);
    isSlow = false;
    expect((await buy(shop)).status).toBe(202);
    expect(asked).toBe(5);
    await expect.poll(async () => (await buy(shop)).status, { timeout: 5_000, interval: 50 }).toBe(200);
    payments.closeAllConnections();
  });

  it("takes no answer for a receipt that is none", async ({ ground }) => {
    const payments = createHttp((_request, response) => response.end('{"payment":"charged","amount":1}'));
    const shop = await ground.open({ payments: await ground.listening(payments) });
    expect(await buy(shop)).toMatchObject({ status: 202, body: { payment: "deferred" } });
    payments.closeAllConnections();
  });

  it("asks a flaky inventory again, up to five times", async ({ ground }) => {
    let asked = 0;
    let refusals = 5;
    const inventory = createHttp((_request, response) => {
      asked += 1;
      if (refusals-- > 0) response.writeHead(503).end("{}");
      else response.end('{"price":800}');
    });
    const shop = await ground.open({ inventory: await ground.listening(inventory) });
    expect((await buy(shop)).status).toBe(200);
    expect(asked).toBe(6);
    refusals = Number.POSITIVE_INFINITY;
    expect(await buy(shop)).toEqual({ status: 503, body: { error: "inventory answered 503" } });
    expect(asked).toBe(12);
    inventory.closeAllConnections();
  });

  it("shows an item without its stock when inventory does not answer", async ({ ground }) => {
    const shop = await ground.open({ inventory: await ground.listening(createTcp(() => {})) });
    expect(await (await fetch(`${shop}/items/cup`)).json()).toMatchObject({ sku: "cup", stock: null });
  });

  it("hangs on a ledger that says nothing, until the gateway gives up", async ({ ground }) => {
    const shop = await ground.open({ ledger: await ground.listening(createTcp((socket) => socket.resume())) });
    expect(await buy(shop)).toMatchObject({ status: 504 });
  });

  it("says that it cannot sell when there is no ledger", async ({ ground }) => {
    const shop = await ground.open({ ledger: await freePort() });
    expect(await buy(shop)).toMatchObject({ status: 503, body: { error: expect.stringContaining("ECONNREFUSED") } });
  });

  it("waits for a catalog that says nothing for as long as its guest does", async ({ ground }) => {
    const shop = await ground.open({ catalog: await ground.listening(createTcp(() => {})) });
    await expect(fetch(`${shop}/items`, { signal: AbortSignal.timeout(1_000) })).rejects.toThrow(/timeout/);
    expect((await fetch(`${shop}/healthz`)).status).toBe(200);
  });
});

describe.concurrent("shoppers", () => {
  const KINDS = [/^GET \/items$/, /^GET \/items\/[a-z-]+$/, /^POST \/checkout$/];

  it("look around, look at one thing, and buy, again and again", async ({ ground, expect }) => {
    const visits: string[] = [];
    const baskets: unknown[] = [];
    const gateway = createHttp((request, response) => {
      visits.push(`${request.method} ${request.url}`);
      let sent = "";
      request.on("data", (chunk) => (sent += chunk));
      request.on("end", () => {
        if (sent !== "") baskets.push(JSON.parse(sent));
        response.end("{}");
      });
    });
    await ground.openShoppers(await ground.listening(gateway));
    await expect.poll(() => visits.length, { timeout: 15_000, interval: 50 }).toBeGreaterThan(40);
    for (const kind of KINDS) expect(visits.filter((visit) => kind.test(visit)).length).toBeGreaterThan(8);
    expect(visits.filter((visit) => !KINDS.some((kind) => kind.test(visit)))).toEqual([]);
    expect(baskets[0]).toEqual({ sku: expect.stringMatching(/^[a-z-]+$/), quantity: expect.any(Number) });
    gateway.closeAllConnections();
  });

  it("come again whatever was done to them: refused, cut, answered with nonsense, or never", async ({
    ground,
    expect,
  }) => {
    let visits = 0;
    const harms: readonly ((socket: Socket) => unknown)[] = [
      (socket) => socket.resetAndDestroy(),
      (socket) => socket.end(),
      (socket) => socket.end("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{"),
      (socket) => socket.end("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{{"),
      (socket) => socket.end("\0\0 nonsense \r\n\r\n"),
      (socket) => socket.write("HTTP/1.1 200 OK\r\n"),
      () => {},
    ];
    const gateway = createTcp((socket) => {
      socket.on("error", () => {});
      socket.once("data", () => harms[visits++ % harms.length]!(socket));
    });
    const port = await ground.listening(gateway);
    const health = await ground.openShoppers(port);
    await expect.poll(() => visits, { timeout: 15_000, interval: 50 }).toBeGreaterThan(4 * harms.length);
    gateway.close();
    const before = visits;
    // The gateway is closed for longer than any shopper waits; then shoppers find the gateway open again.
    await sleep(4_000);
    gateway.listen(port, "127.0.0.1");
    await expect.poll(() => visits, { timeout: 15_000, interval: 50 }).toBeGreaterThan(before + harms.length);
    expect((await fetch(health)).status).toBe(200);
    expect(ground.progress.filter(({ state }) => state === "exited")).toEqual([]);
  });
});
