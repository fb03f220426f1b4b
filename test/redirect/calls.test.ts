/** An agent with `--intercept` at the caller: programs that know nothing of agents, and real faults on their calls. */
import { afterEach, describe, expect, test } from "vitest";
import { needing } from "../needing.ts";
import { sleep, until } from "../waiting.ts";
import { type Caller, House, lackOfRedirect, rulesetOf } from "./house.ts";
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
  edges: [{ ...EDGE, listen: "127.0.0.1:7104", protocol: "http" }],
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

  it("counts connections from before as escaped, each once", async () => {
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
  });
});
