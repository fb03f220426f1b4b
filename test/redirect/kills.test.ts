/**
 * Kills (KUBERNETES.md 10, invariants 26 and 27): fifty of them, of gates, of nft, of the agent, and of several at once,
 * under traffic. The kernel takes a redirect away with its owner, and no call fails but those through a killed process.
 */
import { afterEach, describe, expect, test } from "vitest";
import type { Room } from "../crash/networks.ts";
import { needing } from "../needing.ts";
import { often } from "../soak.ts";
import { sleep, until } from "../waiting.ts";
import { type Caller, House, isCut, lackOfRedirect, rulesetOf, runIn } from "./house.ts";
import { gatesOf, type InterceptingAgent, openFolder, startIntercepting } from "./intercepting.ts";

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

const CALLEE = "http://10.213.0.1:8080/";
const EDGE = { from: "checkout", to: "payments" };
const ABORT = { name: "abort", edge: EDGE, abort: { status: 503 } };
const MESH = {
  services: { checkout: {}, payments: { endpoints: ["10.213.0.1:8080"] } },
  edges: [{ ...EDGE, protocol: "http" }],
};
const stage = async () => {
  const house = await House.open(1);
  cleanUps.push(() => house.close());
  const folder = openFolder(MESH);
  cleanUps.push(folder.remove);
  await house.serve(house.hub, "payments", 8_080);
  // As a container engine has: the kernel goes on to see the ends of redirected connections when the redirect is gone.
  runIn(
    house.room(),
    "nft",
    "table ip engine { chain output { type nat hook output priority -100; tcp dport 9 redirect to :9; }; }",
  );
  const [caller, room] = [await house.caller(house.room()), house.room()];
  const start = () => startIntercepting(house, room, folder);
  const before = rulesetOf(room);
  const isAsBefore = () => rulesetOf(room) === before;
  const gates = (agent: InterceptingAgent) => gatesOf(room, agent.pid);
  return { caller, room, start, isAsBefore, gates };
};

interface Failure {
  readonly begunMs: number;
  readonly endedMs: number;
  readonly what: string;
}
/**
 * First port of the callers: no port calls twice. For 10 s the kernel's connection tracking remembers a connection that
 * was refused, and sends a second one from the same port to the same closed port.
 */
const FIRST_PORT = 2_000;
const lastPorts = new WeakMap<Caller, number>();
const nextPort = (caller: Caller): number => {
  const port = (lastPorts.get(caller) ?? FIRST_PORT) + 1;
  lastPorts.set(caller, port);
  return port;
};
/** Calls all the time, on new connections and on a kept one, until `stop`; returns the calls that failed. */
const callOn = (caller: Caller, isWell: (status: number) => boolean = (status) => status === 200) => {
  const failures: Failure[] = [];
  let isOver = false;
  let calls = 0;
  const loop = async (pool?: string) => {
    while (!isOver) {
      const begunMs = performance.now();
      calls += 1;
      const how = pool === undefined ? { fromPort: nextPort(caller) } : { pool };
      const { status, body } = await caller.call(CALLEE, { timeoutMs: 2_000, ...how });
      if (!isWell(status))
        failures.push({ begunMs, endedMs: performance.now(), what: `${pool ?? "new"}: ${status} ${body}` });
      await sleep(5);
    }
  };
  const loops = [loop(), loop(), loop("kept"), loop("kept too")];
  const stop = async () => {
    isOver = true;
    await Promise.all(loops);
    expect(calls).toBeGreaterThan(20);
    return failures;
  };
  return { stop, failures };
};
/** Numbers below `count`, in an order that a seed gives (mulberry32). */
const drawn = (seed: number) => {
  let state = seed;
  return (count: number) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % count;
  };
};
const kill = (...pids: readonly number[]) => {
  for (const pid of pids) process.kill(pid, "SIGKILL");
};

const lack = lackOfRedirect();
describe("kill -9", () => {
  const it = needing(test, lack);
  it("of a gate or of its nft, thirty times: no call fails, and a fault strikes on", { timeout: 180_000 }, async () => {
    const { caller, room, start, gates, isAsBefore } = await stage();
    const draw = drawn(1);
    const agent = await start();
    const traffic = callOn(caller);
    const rounds = often(30, 120);
    for (let round = 0; round < rounds; round++) {
      await until("both gates stand", () => redirectsIn(room) === 2);
      await sleep(1_000);
      const { shells, nfts } = gates(agent);
      const all = [...shells, ...nfts];
      const tables = tablesOf(rulesetOf(room));
      const [victim] = [all[draw(all.length)]!];
      kill(victim);
      await until("its table is gone", () => !tables.every((table) => rulesetOf(room).includes(table)), 1_000);
      expect(
        traffic.failures,
        `round ${round}, after a kill of ${shells.includes(victim) ? "a shell" : "nft"}`,
      ).toEqual([]);
    }
    expect(await traffic.stop()).toEqual([]);
    await until("both gates stand", () => redirectsIn(room) === 2);
    await agent.apply(ABORT);
    const struck = callOn(caller, (status) => status === 503);
    for (let round = 0; round < 5; round++) {
      await until("both gates stand", () => redirectsIn(room) === 2);
      const { nfts } = gates(agent);
      kill(nfts[draw(nfts.length)]!);
      await sleep(300);
    }
    expect(await struck.stop()).toEqual([]);
    await sleep(1_000);
    expect(await agent.receipt("abort")).not.toHaveProperty("escaped");
    kill(agent.pid);
    await until("the ruleset is as before", isAsBefore, 1_000);
  });

  it("of both gates at once: new calls pass, the fault's receipt says so, and the redirect comes again", async () => {
    const { caller, room, start, gates } = await stage();
    const agent = await start();
    await agent.apply(ABORT);
    expect((await caller.call(CALLEE)).status).toBe(503);
    kill(...gates(agent).nfts);
    await until("both gates stand", () => redirectsIn(room) === 2);
    await until("the fault strikes", async () => (await caller.call(CALLEE)).status === 503);
    await sleep(1_000);
    const { escaped, escapedBy } = await agent.receipt("abort");
    expect(escaped).toBeGreaterThan(0);
    expect(escapedBy).toBe("redirect");
  });

  it("of an agent that cuts older connections ends the cuts with it; a stopped agent's end by themselves", {
    timeout: 90_000,
  }, async () => {
    const { caller, start, isAsBefore } = await stage();
    for (const signal of ["SIGKILL", "SIGSTOP"] as const) {
      for (const pool of ["first", "second"])
        expect((await caller.call(CALLEE, { pool: `${signal} ${pool}` })).status).toBe(200);
      const agent = await start();
      await agent.apply({ ...ABORT, existing: "reset" });
      await sleep(300);
      expect(await caller.call(CALLEE, { pool: `${signal} first` })).toSatisfy(isCut);
      agent.kill(signal);
      if (signal === "SIGKILL") await until("the ruleset is as before", isAsBefore, 1_000);
      else await sleep(5_500);
      expect(await caller.call(CALLEE, { pool: `${signal} second` })).toMatchObject({ status: 200, isReused: true });
    }
  });

  it("of the agent, alone or with its gates, twenty times: the ruleset is as before within a second", {
    timeout: 240_000,
  }, async () => {
    const { caller, start, gates, isAsBefore } = await stage();
    const draw = drawn(2);
    const traffic = callOn(caller);
    const kills: { readonly killedMs: number; readonly goneMs: number }[] = [];
    const rounds = often(20, 50);
    for (let round = 0; round < rounds; round++) {
      const agent = await start();
      const { shells, nfts } = gates(agent);
      expect(isAsBefore()).toBe(false);
      await sleep(draw(300));
      const victims = [[agent.pid], [agent.pid, ...shells], [agent.pid, ...nfts], [...nfts, ...shells, agent.pid]];
      const killedMs = performance.now();
      kill(...victims[draw(victims.length)]!);
      await until("the ruleset is as before", isAsBefore, 1_000);
      kills.push({ killedMs, goneMs: performance.now() });
      expect((await caller.call(CALLEE)).body).toBe("payments 10.213.0.2");
    }
    const failures = await traffic.stop();
    // Calls through a killed process fail, and new calls until the kernel has heard of its end.
    const others = failures.filter(
      ({ begunMs, endedMs }) => !kills.some(({ killedMs, goneMs }) => begunMs < goneMs && endedMs > killedMs),
    );
    expect(others).toEqual([]);
  });
});

describe("an agent that stands still", () => {
  const it = needing(test, lack);
  it("is passed by new calls within 6 s, all of which count as escaped, and redirects again when it goes on", async () => {
    const { caller, start } = await stage();
    const agent = await start();
    await agent.apply(ABORT);
    expect((await caller.call(CALLEE)).status).toBe(503);
    agent.kill("SIGSTOP");
    await until("new calls pass", async () => (await caller.call(CALLEE, { timeoutMs: 300 })).status === 200, 6_000);
    agent.kill("SIGCONT");
    await until("calls are redirected again", async () => (await caller.call(CALLEE)).status === 503, 3_000);
    await sleep(1_200);
    expect(await agent.receipt("abort")).toMatchObject({ escaped: expect.any(Number), escapedBy: "redirect" });
  });
});

describe("a gate that stands still", () => {
  const it = needing(test, lack);
  it("does not keep its agent from ending, and ends with it", async () => {
    const { caller, start, gates, isAsBefore } = await stage();
    const agent = await start();
    const { shells, nfts } = gates(agent);
    for (const pid of [...shells, ...nfts]) process.kill(pid, "SIGSTOP");
    agent.kill("SIGTERM");
    expect(await agent.ended).toBe(0);
    await until("the ruleset is as before", isAsBefore, 1_000);
    expect((await caller.call(CALLEE)).body).toMatch(/^payments/);
  });
  it("is replaced, whether its shell or its nft, and no call fails", { timeout: 60_000 }, async () => {
    const { caller, room, start, gates } = await stage();
    const agent = await start();
    const traffic = callOn(caller);
    for (const pick of [
      (all: ReturnType<typeof gates>) => all.shells.at(-1)!,
      (all: ReturnType<typeof gates>) => all.nfts[0]!,
    ]) {
      const victim = pick(gates(agent));
      process.kill(victim, "SIGSTOP");
      await until(
        "it is replaced",
        () => {
          const { shells, nfts } = gates(agent);
          return ![...shells, ...nfts].includes(victim) && redirectsIn(room) === 2;
        },
        20_000,
      );
    }
    expect(await traffic.stop()).toEqual([]);
  });
});

/** Number of tables that redirect the callee's address. */
const redirectsIn = (room: Room): number => rulesetOf(room).match(/10\.213\.0\.1 \. 8080 : \d+/g)?.length ?? 0;
const tablesOf = (ruleset: string): readonly string[] => ruleset.match(/squall_[0-9a-f]{8}/g) ?? [];
