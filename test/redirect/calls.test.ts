/** An agent with `--intercept` at the caller: programs that know nothing of agents, and real faults on their calls. */
import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { needing } from "../needing.ts";
import { sleep, until } from "../waiting.ts";
import { type Caller, callOn, House, isCut, lackOfRedirect, rulesetOf, runIn } from "./house.ts";
import { openFolder, startIntercepting } from "./intercepting.ts";

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

const CALLEE = "http://10.213.0.1:8080/";
const CALLEE_6 = "http://[fd00:213:0::1]:8080/";
const EDGE = { from: "checkout", to: "payments" };
const ABORT = { name: "abort", edge: EDGE, abort: { status: 503 } };
const meshOf = (...endpoints: readonly string[]) => ({
  services: { checkout: {}, payments: { endpoints } },
  edges: [{ ...EDGE, protocol: "http" }],
});
const stage = async (mesh: object = meshOf("10.213.0.1:8080", "[fd00:213::1]:8080")) => {
  const house = await House.open(1);
  cleanUps.push(() => house.close());
  const folder = openFolder(mesh);
  cleanUps.push(folder.remove);
  await house.serve(house.hub, "payments", 8_080);
  const caller = await house.caller(house.room());
  const start = (options = {}) => startIntercepting(house, house.room(), folder, options);
  return { house, folder, caller, start };
};
const HIDE_NFT = 'mount --bind /proc/version "$(readlink -f "$(command -v nft)")" && exec "$@"';
const statusOf = async (caller: Caller, url = CALLEE) => (await caller.call(url)).status;

describe("an agent with --intercept", () => {
  const it = needing(test, lackOfRedirect());
  it("strikes calls of both families that know nothing of it, and lets the agent's own and all others pass", async () => {
    const { house, caller, start } = await stage();
    await house.serve(house.hub, "other", 9_090);
    const before = rulesetOf(house.room());
    const agent = await start();
    expect((await caller.call(CALLEE)).body).toBe("payments 10.213.0.2");
    expect((await caller.call(CALLEE_6)).body).toBe("payments fd00:213::2");
    await agent.apply(ABORT);
    expect(await statusOf(caller)).toBe(503);
    expect(await statusOf(caller, CALLEE_6)).toBe(503);
    expect(await statusOf(caller, "http://10.213.0.1:9090/")).toBe(200);
    await sleep(1_200);
    expect(await agent.receipt("abort")).toMatchObject({ injected: 2 });
    expect(await agent.receipt("abort")).not.toHaveProperty("escaped");
    await agent.drop();
    expect(await statusOf(caller)).toBe(200);
    agent.kill("SIGTERM");
    expect(await agent.ended).toBe(0);
    await until("the ruleset is as before", () => rulesetOf(house.room()) === before, 1_000);
    expect(await statusOf(caller)).toBe(200);
  });

  it("counts connections from before as escaped, each once; `existing: reset` cuts these instead", async () => {
    const { caller, start } = await stage();
    for (const [url, pool] of [
      [CALLEE, "a"],
      [CALLEE_6, "b"],
      [`${CALLEE}stream`, "stream"],
      [CALLEE, "idle"],
    ] as const)
      expect((await caller.call(url, { pool })).status).toBe(200);
    const agent = await start();
    await agent.apply(ABORT);
    for (let i = 0; i < 3; i++) {
      expect(await caller.call(CALLEE, { pool: "a" })).toMatchObject({ status: 200, isReused: true });
      expect(await caller.call(CALLEE_6, { pool: "b" })).toMatchObject({ status: 200, isReused: true });
      await sleep(300);
    }
    expect(await statusOf(caller)).toBe(503);
    await sleep(1_000);
    expect(await agent.receipt("abort")).toMatchObject({ injected: 1, escaped: 3, escapedBy: "redirect" });
    await agent.apply({ ...ABORT, name: "later", existing: "reset" });
    await sleep(300);
    expect(await caller.call(CALLEE, { pool: "a" })).toSatisfy(isCut);
    expect(await statusOf(caller)).toBe(503);
    expect((await caller.call(CALLEE, { pool: "a" })).status).toBe(503);
    expect((await agent.status()).remains.external).toBeGreaterThan(0);
    await agent.drop();
    await until("no cut is left", async () => (await agent.status()).remains.external === 0, 2_000);
    expect(await caller.call(CALLEE_6, { pool: "b" })).toMatchObject({ status: 200, isReused: true });
    const { injected, escaped } = await agent.receipt("later");
    expect(injected).toBeGreaterThanOrEqual(2);
    expect(escaped).toBeUndefined();
  });

  it("counts a connection that speaks only in the last moment of a fault", { timeout: 90_000 }, async () => {
    const { caller, start } = await stage();
    expect((await caller.call(CALLEE, { pool: "old" })).status).toBe(200);
    const agent = await start();
    for (const [i, restMs] of [100, 250, 400].entries()) {
      await agent.apply({ ...ABORT, name: `abort-${i}` });
      await sleep(600 + restMs);
      expect(await caller.call(CALLEE, { pool: "old" })).toMatchObject({ status: 200, isReused: true });
      await agent.drop();
      await sleep(200);
      // The receipts of an audit that follows at once: no later report could mend a verdict.
      expect(await agent.receipt(`abort-${i}`)).toMatchObject({ escaped: 1, escapedBy: "redirect" });
    }
  });

  it("follows the addresses of a name, and tells hits by the name that the mesh gives the endpoint", async () => {
    const { house, folder, caller, start } = await stage(meshOf("payments:8080", "[fd00:213::1]:8080"));
    runIn(house.hub, "ip", "addr", "add", "10.213.0.77/32", "dev", "lo");
    runIn(house.room(), "ip", "route", "add", "10.213.0.77/32", "via", "10.213.0.1");
    const hosts = join(folder.folder, "hosts");
    writeFileSync(hosts, "127.0.0.1 localhost\n10.213.0.1 payments\n");
    const bound = ["unshare", "--mount", "sh", "-c", `mount --bind ${hosts} /etc/hosts && exec "$@"`, "sh"];
    const agent = await start({ before: bound });
    await agent.apply(ABORT);
    expect(await statusOf(caller)).toBe(503);
    expect(await statusOf(caller, CALLEE_6)).toBe(503);
    expect(await statusOf(caller, "http://10.213.0.77:8080/")).toBe(200);
    writeFileSync(hosts, "127.0.0.1 localhost\n10.213.0.77 payments\n");
    await until(
      "the other address is redirected",
      async () => (await statusOf(caller, "http://10.213.0.77:8080/")) === 503,
    );
    expect((await agent.receipt("abort")).endpoints).toEqual({ "payments:8080": 2, "[fd00:213::1]:8080": 1 });
  });

  it("dials the address that the caller chose, on a TCP edge too, and balances nothing", async () => {
    const mesh = meshOf("10.213.0.1:8080", "10.213.0.1:8081");
    const { house, caller, start } = await stage({ ...mesh, edges: [{ ...EDGE, protocol: "tcp" }] });
    await house.serve(house.hub, "second", 8_081);
    await start();
    for (let i = 0; i < 5; i++) {
      expect((await caller.call(CALLEE)).body).toMatch(/^payments/);
      expect((await caller.call("http://10.213.0.1:8081/")).body).toMatch(/^second/);
    }
  });

  it("redirects calls within a machine, too, and dials the service there", async () => {
    const { house, caller, start } = await stage(meshOf("127.0.0.1:8080", "[::1]:8080"));
    await house.serve(house.room(), "neighbour", 8_080);
    const agent = await start();
    for (const url of ["http://127.0.0.1:8080/", "http://[::1]:8080/"])
      expect((await caller.call(url)).body).toMatch(/^neighbour/);
    await agent.apply(ABORT);
    for (const url of ["http://127.0.0.1:8080/", "http://[::1]:8080/"]) expect(await statusOf(caller, url)).toBe(503);
    await sleep(1_200);
    expect(await agent.receipt("abort")).not.toHaveProperty("escaped");
  });

  it("serves no edge whose address another edge has, and says so with both names", async () => {
    const { start } = await stage({
      services: {
        checkout: {},
        payments: { endpoints: ["10.213.0.1:8080"] },
        billing: { endpoints: ["10.213.0.1:8080"] },
      },
      edges: [
        { ...EDGE, protocol: "http" },
        { from: "checkout", to: "billing", protocol: "http" },
      ],
    });
    const agent = await start();
    expect(await agent.ended).toBe(2);
    expect(agent.log()).toMatch(/checkout → \w+ and checkout → \w+ both go to 10\.213\.0\.1:8080/);
  });

  it("hands over to a successor without a call that fails, and without a call that passes", {
    timeout: 90_000,
  }, async () => {
    const { house, caller, start } = await stage();
    const before = rulesetOf(house.room());
    const agent = await start();
    const calls = callOn(caller);
    await sleep(300);
    const successor = await agent.upgrade();
    cleanUps.push(() => {
      try {
        process.kill(successor, "SIGKILL");
      } catch {}
    });
    await until(
      "the successor answers",
      async () => (await agent.status().catch(() => null))?.pid === successor,
      30_000,
    );
    await agent.apply(ABORT);
    expect(await statusOf(caller)).toBe(503);
    await until("the fault strikes the other calls, too", () => calls.statuses["503"] !== undefined);
    await agent.drop();
    await sleep(500);
    const statuses = await calls.stop();
    expect(Object.keys(statuses).toSorted()).toEqual(["200", "503"]);
    expect(await agent.ended).toBe(0);
    expect(await statusOf(caller)).toBe(200);
    process.kill(successor, "SIGTERM");
    await until("the ruleset is as before", () => rulesetOf(house.room()) === before, 5_000);
  });

  it("lets calls pass from SIGTERM on, in the midst of a fault, and none fails", async () => {
    const { caller, start, house } = await stage();
    const before = rulesetOf(house.room());
    const agent = await start();
    await agent.apply({ name: "slow", edge: EDGE, latency: { delay: "300ms" } });
    const calls = callOn(caller);
    await sleep(700);
    agent.kill("SIGTERM");
    expect(await agent.ended).toBe(0);
    await sleep(300);
    expect(Object.keys(await calls.stop())).toEqual(["200"]);
    await until("the ruleset is as before", () => rulesetOf(house.room()) === before, 1_000);
  });

  it("has a table of its own beside another agent's, and beside a foreign ruleset that stays as it is", async () => {
    const { house, folder, caller, start } = await stage();
    const room = house.room();
    runIn(
      room,
      "nft",
      "table ip nat { chain output { type nat hook output priority -100; tcp dport 9 redirect to :9; }; }",
    );
    runIn(
      room,
      "nft",
      "table inet filter { set s { type ipv4_addr; }; chain input { type filter hook input priority 0; }; }",
    );
    const before = rulesetOf(room);
    await house.serve(house.hub, "cart", 9_090);
    const [first] = [await start()];
    const other = openFolder({
      services: { basket: {}, cart: { endpoints: ["10.213.0.1:9090"] } },
      edges: [{ from: "basket", to: "cart", protocol: "http" }],
    });
    cleanUps.push(other.remove);
    const second = await startIntercepting(house, room, other, { service: "basket" });
    await first.apply(ABORT);
    expect([await statusOf(caller), await statusOf(caller, "http://10.213.0.1:9090/")]).toEqual([503, 200]);
    await second.apply({ ...ABORT, edge: { from: "basket", to: "cart" } });
    expect(await statusOf(caller, "http://10.213.0.1:9090/")).toBe(503);
    first.kill("SIGKILL");
    await until("the first agent's calls pass", async () => (await statusOf(caller)) === 200, 1_000);
    expect(await statusOf(caller, "http://10.213.0.1:9090/")).toBe(503);
    second.kill("SIGKILL");
    await until("the ruleset is as before", () => rulesetOf(room) === before, 1_000);
    expect(folder.mesh).toContain("mesh.yaml");
  });

  it.each([
    [
      "no right",
      ["setpriv", "--bounding-set=-net_admin", "--inh-caps=-net_admin"],
      /no right to change.*AmbientCapabilities=CAP_NET_ADMIN/,
    ],
    [
      "no group",
      ["setpriv", "--bounding-set=-setgid", "--inh-caps=-setgid"],
      /may not join the group 4780.*Group=4780/,
    ],
    ["no nft", ["unshare", "--mount", "sh", "-c", HIDE_NFT, "sh"], /nft is not installed.*expected nft/],
  ])("ends with 2 and the remedy where it has %s", async (_, before, why) => {
    const { house, caller, start } = await stage();
    const agent = await start({ before });
    expect(await agent.ended).toBe(2);
    expect(agent.log()).toMatch(why);
    expect(rulesetOf(house.room())).toBe("");
    expect(await statusOf(caller)).toBe(200);
  });

  it("runs as an ordinary user with the right and the group, and with nothing else", async () => {
    const { caller, start, folder } = await stage();
    chmodSync(folder.folder, 0o777);
    const rights = ["--inh-caps=-all,+net_admin", "--ambient-caps=-all,+net_admin", "--bounding-set=-all,+net_admin"];
    const agent = await start({ before: ["setpriv", "--reuid=65534", "--regid=4780", "--clear-groups", ...rights] });
    await agent.apply(ABORT);
    expect(await statusOf(caller)).toBe(503);
  });
});
