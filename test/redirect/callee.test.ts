/** An agent with `--intercept` at the callee: calls of declared callers are told apart by address, all others pass. */
import { afterEach, describe, expect, test } from "vitest";
import { needing } from "../needing.ts";
import { sleep, until } from "../waiting.ts";
import { callOn, House, isCut, lackOfRedirect, nftIn, rulesetOf, runIn } from "./house.ts";
import { openFolder, startIntercepting } from "./intercepting.ts";

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

const SEEN_BY_ALL = "http://10.213.0.1:8080/";
const EDGE = { from: "checkout", to: "payments", at: "callee" };
const ABORT = { name: "abort", edge: EDGE, abort: { status: 503 } };
const MESH = {
  services: {
    checkout: { endpoints: ["10.213.0.2:7000", "[fd00:213::2]:7000"] },
    cart: { endpoints: ["10.213.1.2:7000"] },
    payments: {
      endpoints: ["10.213.0.1:8080", "10.213.1.1:8080", "[fd00:213::1]:8080", "[fd00:213:1::1]:8080", "10.99.0.1:8080"],
    },
  },
  edges: [
    { ...EDGE, protocol: "http" },
    { ...EDGE, from: "cart", protocol: "http" },
  ],
};
/** Three rooms beside the callee's: of checkout, of cart, and of a caller that the mesh does not know. */
const stage = async () => {
  const house = await House.open(3);
  cleanUps.push(() => house.close());
  const folder = openFolder(MESH);
  cleanUps.push(folder.remove);
  await house.serve(house.hub, "payments", 8_080);
  const [checkout, cart, stranger, neighbour] = await Promise.all(
    [house.room(0), house.room(1), house.room(2), house.hub].map((room) => house.caller(room)),
  );
  const start = () => startIntercepting(house, house.hub, folder, { service: "payments" });
  return { house, start, checkout: checkout!, cart: cart!, stranger: stranger!, neighbour: neighbour! };
};
/** Firewall of somebody else at the callee, that lets nothing in but calls of the service. */
const protect = (house: House, more = ""): void => {
  const accepted = ["iif lo", "ct state established", "tcp dport 8080", "meta l4proto icmpv6"];
  const rules = accepted.map((what) => `${what} accept;`).join(" ");
  const chain = `chain input { type filter hook input priority 0; policy drop; ${rules} ${more} };`;
  nftIn(house.hub, `table inet firewall { ${chain} }`);
};
const CART = "http://10.213.1.1:8080/";
const STRANGER = "http://10.213.2.1:8080/";
const SIXTH = "http://[fd00:213::1]:8080/";

describe("an agent with --intercept at the callee", () => {
  const it = needing(test, lackOfRedirect());
  it("strikes the calls of the edge's caller of both families, and those alone", async () => {
    const { house, start, checkout, cart, stranger, neighbour } = await stage();
    const before = rulesetOf(house.hub);
    const agent = await start();
    // The service sees its own machine's address: the agent dials from there.
    expect((await checkout.call(SEEN_BY_ALL)).body).toBe("payments 10.213.0.1");
    await agent.apply(ABORT);
    const all = await Promise.all([
      ...[checkout.call(SEEN_BY_ALL), checkout.call(SIXTH), cart.call(CART), stranger.call(STRANGER)],
      ...[neighbour.call(SEEN_BY_ALL), neighbour.call("http://127.0.0.1:8080/")],
    ]);
    expect(all.map(({ status }) => status)).toEqual([503, 503, 200, 200, 200, 200]);
    await sleep(1_200);
    expect(await agent.receipt("abort")).toMatchObject({ injected: 2, matched: 2 });
    expect(await agent.receipt("abort"), agent.log()).not.toHaveProperty("escaped");
    const { edges } = await agent.status();
    expect(edges.map(({ id }) => id).toSorted()).toEqual(["cart->payments:callee", "checkout->payments:callee"]);
    // The address of another room's wire is an address of this machine, too: whose call it is decides the caller.
    expect((await stranger.call(STRANGER)).body).toBe("payments 10.213.2.2");
    agent.kill("SIGKILL");
    await until("the ruleset is as before", () => rulesetOf(house.hub) === before, 1_000);
    expect((await checkout.call(SEEN_BY_ALL)).body).toBe("payments 10.213.0.2");
  });

  it("passes the calls of no declared caller through untouched, and says so", async () => {
    const { house, start, checkout } = await stage();
    // A second address of checkout's room, which the mesh does not have.
    const odd = await house.caller(house.room(0));
    const agent = await start();
    await agent.apply({ ...ABORT, edge: { ...EDGE, from: "*" } });
    expect((await checkout.call(SEEN_BY_ALL)).status).toBe(503);
    runIn(house.room(0), "ip", "addr", "add", "10.99.0.3/32", "dev", "lo");
    runIn(house.hub, "ip", "route", "add", "10.99.0.3/32", "via", "10.213.0.2");
    expect(await odd.call(SEEN_BY_ALL, { from: "10.99.0.3" })).toMatchObject({
      status: 200,
      body: "payments 10.213.0.1",
    });
    expect(agent.log()).toMatch(/a connection from 10\.99\.0\.3 is of no declared caller, and passes untouched/);
  });

  it("counts the calls that may be of a caller of whom no address of that family is declared", async () => {
    const { start, checkout, cart } = await stage();
    const agent = await start();
    // Kept through the agent from before the fault.
    expect((await cart.call("http://[fd00:213:1::1]:8080/", { pool: "kept" })).status).toBe(200);
    await agent.apply({ ...ABORT, edge: { ...EDGE, from: "*" } });
    const kept = await cart.call("http://[fd00:213:1::1]:8080/", { pool: "kept" });
    expect(kept).toMatchObject({ status: 200, isReused: true });
    expect((await cart.call(CART)).status).toBe(503);
    expect((await checkout.call(SIXTH)).status).toBe(503);
    expect((await cart.call("http://[fd00:213:1::1]:8080/")).status).toBe(200);
    await sleep(1_200);
    const escaped = (await agent.status()).receipts.map(({ edge, escaped = 0 }) => [edge, escaped]);
    expect(Object.fromEntries(escaped)).toEqual({ "cart->payments:callee": 2, "checkout->payments:callee": 0 });
  });

  it("counts the older connections of the edge's caller alone, and cuts those alone", async () => {
    const { start, checkout, cart } = await stage();
    for (const pool of ["old", "stream"])
      expect((await checkout.call(pool === "old" ? SEEN_BY_ALL : `${SEEN_BY_ALL}stream`, { pool })).status).toBe(200);
    expect((await cart.call(CART, { pool: "old" })).status).toBe(200);
    const agent = await start();
    await agent.apply(ABORT);
    expect(await checkout.call(SEEN_BY_ALL, { pool: "old" })).toMatchObject({ status: 200, isReused: true });
    expect(await cart.call(CART, { pool: "old" })).toMatchObject({ status: 200, isReused: true });
    await sleep(1_200);
    expect(await agent.receipt("abort")).toMatchObject({ escaped: 2, escapedBy: "redirect" });
    await agent.apply({ ...ABORT, name: "later", existing: "reset" });
    await sleep(300);
    expect(await checkout.call(SEEN_BY_ALL, { pool: "old" })).toSatisfy(isCut);
    expect(await cart.call(CART, { pool: "old" })).toMatchObject({ status: 200, isReused: true });
    expect((await checkout.call(SEEN_BY_ALL, { pool: "old" })).status).toBe(503);
    await agent.drop();
    await until("no cut is left", async () => (await agent.status()).remains.external === 0, 2_000);
    expect((await agent.receipt("later")).injected).toBeGreaterThanOrEqual(1);
    expect(await agent.receipt("later")).not.toHaveProperty("escaped");
  });

  it("lets arrivals pass from SIGTERM on, and none fails", async () => {
    const { start, checkout } = await stage();
    const agent = await start();
    await agent.apply({ name: "slow", edge: EDGE, latency: { delay: "100ms" } });
    const calls = callOn(checkout);
    await sleep(500);
    agent.kill("SIGTERM");
    expect(await agent.ended).toBe(0);
    await sleep(300);
    expect(Object.keys(await calls.stop())).toEqual(["200"]);
  });

  it("lets connections pass that a firewall of somebody else keeps from the agent", { timeout: 90_000 }, async () => {
    const { house, start, checkout } = await stage();
    protect(house);
    expect((await checkout.call(SEEN_BY_ALL)).status).toBe(200);
    const agent = await start();
    await agent.apply(ABORT);
    await until(
      "calls reach the service again",
      async () => (await checkout.call(SEEN_BY_ALL, { timeoutMs: 1_500 })).status === 200,
      30_000,
    );
    expect(agent.log()).toMatch(
      /redirect of arrivals at 10\.213\.0\.1:8080 is taken away for 60 s.*firewall.*ct status dnat/,
    );
    await until("the fault is known to be passed by", async () => ((await agent.receipt("abort")).escaped ?? 0) > 0);
    for (const url of [SEEN_BY_ALL, SIXTH]) expect((await checkout.call(url)).status).toBe(200);
  });
  it("lets those to the blocked address pass alone, whatever comes through elsewhere", {
    timeout: 90_000,
  }, async () => {
    const { house, start, checkout } = await stage();
    nftIn(
      house.hub,
      "table ip firewall { chain input { type filter hook input priority 0; policy drop; iif lo accept; ct state established accept; tcp dport 8080 accept; }; }",
    );
    const agent = await start();
    await agent.apply(ABORT);
    // All the time calls come through over IPv6.
    const sixth = callOn(checkout, SIXTH);
    await until(
      "calls over IPv4 reach the service again",
      async () => (await checkout.call(SEEN_BY_ALL, { timeoutMs: 1_500 })).status === 200,
      30_000,
    );
    await sleep(500);
    expect(Object.keys(await sixth.stop())).toEqual(["503"]);
    expect((await checkout.call(SIXTH)).status).toBe(503);
    expect(agent.log()).toMatch(/redirect of arrivals at 10\.213\.0\.1:8080 is taken away/);
    expect(agent.log()).not.toMatch(/arrivals at \[fd00/);
    await until("the fault is known to be passed by", async () => ((await agent.receipt("abort")).escaped ?? 0) > 0);
  });
  it("needs one rule to come through that firewall", { timeout: 90_000 }, async () => {
    const { house, start, checkout } = await stage();
    protect(house, "ct status dnat accept;");
    const agent = await start();
    await agent.apply(ABORT);
    for (const url of [SEEN_BY_ALL, SIXTH]) expect((await checkout.call(url)).status).toBe(503);
    expect(agent.log()).not.toMatch(/taken away/);
  });
});
