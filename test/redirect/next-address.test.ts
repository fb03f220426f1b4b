/**
 * Addresses that take no connection: with an agent that intercepts, a caller meets what it would meet without. So the
 * next address of a name is tried, and a service that comes back is struck again.
 */
import { afterEach, describe, expect, test } from "vitest";
import { needing } from "../needing.ts";
import { sleep, until } from "../waiting.ts";
import { type Answer, type Caller, House, lackOfRedirect, nftIn, runIn } from "./house.ts";
import { openFolder, startIntercepting } from "./intercepting.ts";

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

const NAMED = "http://payments:8080/";
const FOUR = "10.213.0.1";
const SIX = "fd00:213::1";
/** A second address of the callee's machine. */
const OTHER = "10.213.0.77";
const EDGE = { from: "checkout", to: "payments" };
const ABORT = { name: "abort", edge: EDGE, abort: { status: 503 } };

const stage = async ({ at, protocol = "http" }: { at?: "callee"; protocol?: "http" | "tcp" } = {}) => {
  const house = await House.open(1);
  cleanUps.push(() => house.close());
  const edge = { ...EDGE, ...(at !== undefined && { at }) };
  const folder = openFolder({
    services: {
      checkout: { endpoints: ["10.213.0.2:7000", "[fd00:213::2]:7000"] },
      payments: { endpoints: [`${FOUR}:8080`, `[${SIX}]:8080`, `${OTHER}:8080`] },
    },
    edges: [{ ...edge, protocol }],
  });
  cleanUps.push(folder.remove);
  runIn(house.hub, "ip", "addr", "add", `${OTHER}/32`, "dev", "w0");
  runIn(house.room(), "ip", "route", "add", `${OTHER}/32`, "via", FOUR);
  const caller = await house.caller(house.room());
  const start = () =>
    at === undefined
      ? startIntercepting(house, house.room(), folder)
      : startIntercepting(house, house.hub, folder, { service: "payments" });
  return { house, caller, start, abort: { ...ABORT, edge } };
};
/** Calls on new connections until `stop`; returns the answers in order. */
const callAlong = (caller: Caller, url: string) => {
  const answers: Answer[] = [];
  let isOver = false;
  const loop = async () => {
    while (!isOver) {
      answers.push(await caller.call(url, { timeoutMs: 2_000 }));
      await sleep(5);
    }
  };
  const loops = [loop(), loop()];
  return {
    answers: answers as readonly Answer[],
    async stop() {
      isOver = true;
      await Promise.all(loops);
    },
  };
};
const whatOf = ({ status, body }: Answer): string => (status === 0 ? body : String(status));
const kindsOf = (answers: readonly Answer[]): readonly string[] => [...new Set(answers.map(whatOf))].toSorted();

describe("a caller with a redirect", () => {
  const it = needing(test, lackOfRedirect());
  it.each([
    ["http", undefined],
    ["tcp", undefined],
    ["http", "callee"],
  ] as const)(
    "goes on to the next address where the first refuses, from its first call on: %s, at %s",
    async (protocol, at) => {
      const { house, caller, start, abort } = await stage({ protocol, ...(at !== undefined && { at }) });
      await house.serve(house.hub, "payments", 8_080, { host: FOUR });
      const agent = await start();
      for (let i = 0; i < 3; i++) {
        expect((await caller.call(NAMED, { hosts: [SIX, FOUR] })).body).toMatch(/^payments/);
        expect((await caller.call(NAMED, { hosts: [OTHER, FOUR] })).body).toMatch(/^payments/);
      }
      for (const host of [`[${SIX}]`, OTHER])
        expect(whatOf(await caller.call(`http://${host}:8080/`)), host).toBe("ECONNREFUSED");
      if (protocol === "tcp") return;
      await agent.apply(abort);
      expect(whatOf(await caller.call(NAMED, { hosts: [SIX, FOUR] }))).toBe("503");
      await sleep(1_000);
      expect(await agent.receipt("abort")).not.toHaveProperty("escaped");
    },
  );

  it("goes on to the next address where the first is silent", async () => {
    const { house, caller, start } = await stage();
    await house.serve(house.hub, "payments", 8_080);
    nftIn(
      house.hub,
      `table inet hole { chain input { type filter hook input priority 0; ip daddr ${OTHER} drop; ip6 daddr ${SIX} tcp dport 8080 drop; }; }`,
    );
    const agent = await start();
    for (const first of [SIX, OTHER]) {
      expect((await caller.call(NAMED, { hosts: [first, FOUR] })).body, first).toMatch(/^payments/);
      expect(whatOf(await caller.call(`http://${OTHER}:8080/`, { timeoutMs: 500 }))).toBe("timeout");
    }
    // Still so when the agent's own dial has been given up.
    await sleep(11_000);
    expect((await caller.call(NAMED, { hosts: [SIX, FOUR] })).body).toMatch(/^payments/);
    await agent.apply(ABORT);
    nftIn(house.hub, "delete table inet hole");
    const call = caller.call(`http://${OTHER}:8080/`, { timeoutMs: 5_000 });
    expect(whatOf(await call)).toBe("503");
    await sleep(1_000);
    expect(await agent.receipt("abort")).not.toHaveProperty("escaped");
  }, 60_000);

  it.each([undefined, "callee"] as const)(
    "is refused while the service restarts, and struck within a second behind that: at %s",
    async (at) => {
      const { house, caller, start, abort } = await stage(at === undefined ? {} : { at });
      const service = await house.serve(house.hub, "payments", 8_080);
      const agent = await start();
      await agent.apply(abort);
      expect(whatOf(await caller.call(`http://${FOUR}:8080/`))).toBe("503");
      const along = callAlong(caller, `http://${FOUR}:8080/`);
      await sleep(200);
      service.kill("SIGKILL");
      await until("calls are refused", () => along.answers.some((answer) => whatOf(answer) === "ECONNREFUSED"));
      await sleep(100);
      const refusedFrom = along.answers.length;
      await sleep(1_900);
      expect(kindsOf(along.answers.slice(refusedFrom))).toEqual(["ECONNREFUSED"]);
      await house.serve(house.hub, "payments", 8_080);
      await until("the fault strikes again", () => whatOf(along.answers.at(-1)!) === "503", 1_000);
      await sleep(500);
      await along.stop();
      // Not a single call came to the service.
      expect(kindsOf(along.answers)).not.toContain("200");
      await sleep(1_000);
      expect(await agent.receipt("abort")).not.toHaveProperty("escaped");
      await agent.drop();
      expect(whatOf(await caller.call(`http://${FOUR}:8080/`))).toBe("200");
    },
  );

  it("meets the refusals of its own machine alone once the agent stands still, or is gone", {
    timeout: 60_000,
  }, async () => {
    const { house, caller, start } = await stage();
    const agent = await start();
    expect(whatOf(await caller.call(`http://${FOUR}:8080/`))).toBe("ECONNREFUSED");
    agent.kill("SIGSTOP");
    await house.serve(house.hub, "payments", 8_080);
    await until(
      "calls pass",
      async () => whatOf(await caller.call(`http://${FOUR}:8080/`, { timeoutMs: 300 })) === "200",
      6_000,
    );
    agent.kill("SIGCONT");
    await until("calls come by the agent again", async () => {
      await agent.apply(ABORT);
      return whatOf(await caller.call(`http://${FOUR}:8080/`)) === "503";
    });
    agent.kill("SIGKILL");
    await until("calls pass", async () => whatOf(await caller.call(`http://${FOUR}:8080/`)) === "200", 1_000);
  });
});
