/** Runs of a term in fake time, on a real store and a real fleet, with agents that keep to the lease protocol. */
import { describe, expect, it } from "vitest";
import type { AgentInTime } from "../../test/run/agent-in-time.ts";
import { ALICE, stage } from "../../test/run/stage-in-time.ts";
import { experimentInTime, pass, submissionOf, type TermOptions } from "../../test/run/term-in-time.ts";
import { listClaims } from "../store/claims.ts";
import type { LifecycleEvent } from "./lifecycle-events.ts";

describe("a run of a term", () => {
  it("is HELD, and leaves no claim behind", async () => {
    const { agent, start, ended, store } = await stage();
    await agent("shop");
    const report = await ended(await start());
    expect(report).toMatchObject({ verdict: "HELD", injected: true, residue: [] });
    expect(await listClaims(store.db)).toEqual([]);
  });

  it("is told of, from its start to its end", async () => {
    const { agent, start, ended, term } = await stage();
    const news: LifecycleEvent[] = [];
    term.runs.onLifecycleEvent((each) => news.push(each));
    await agent("shop");
    const id = await start({}, { by: ALICE, labels: { team: "blue" } });
    await ended(id);
    expect(news.map(({ what }) => what)).toEqual(["queued", "started", "finished"]);
    expect(news.at(-1)).toMatchObject({ id, verdict: "HELD", by: "alice", labels: { team: "blue" } });
  });

  it("is HALTED with nothing injected when no agent serves what it needs", async () => {
    const { agent, start, ended } = await stage();
    await agent("catalog-1", { service: "catalog" });
    const report = await ended(await start());
    expect(report).toMatchObject({ verdict: "HALTED", because: "agent-lost", injected: false });
    expect(report.reason).toMatch(/no agent serves checkout → payments/);
  });

  it("waits for no agent once the server's own agent has ended, which nobody starts again", async () => {
    const { start, ended, term, clock } = await stage();
    term.fleet.agentExited(4_242);
    const fromMs = clock.nowMs();
    const report = await ended(await start());
    expect(report).toMatchObject({ verdict: "HALTED", because: "agent-lost", injected: false });
    expect(report.reason).toMatch(/the agent that this server started has ended, and no agent serves/);
    expect(clock.nowMs() - fromMs).toBeLessThan(1_000);
  });

  it("is known in lists as it stands, with who started it", async () => {
    const { agent, start, live, term } = await stage();
    await agent("shop");
    const id = await start({}, { by: ALICE, priority: 3 });
    await live(id);
    const { runs } = await term.runs.list({ limit: 10 });
    expect(runs).toMatchObject([{ id, state: "injecting", startedBy: "alice", priority: 3, verdict: null }]);
  });
});

describe("the instances that a run strikes", () => {
  const three = async (options: TermOptions = {}) => {
    const house = await stage(options);
    for (const track of ["canary", "stable", "stable"])
      await house.agent(`checkout-${house.agents.length}`, { service: "checkout", labels: { track } });
    await house.agent("gateway-0", { service: "gateway" });
    return house;
  };
  const struck = ({ agents }: { agents: readonly AgentInTime[] }) =>
    agents.filter(({ taken }) => taken.length > 0).map(({ instance }) => instance);

  it("are those with the labels, and nobody else is sent anything", async () => {
    const house = await three();
    const report = await house.ended(await house.start({ from: { service: "checkout", labels: { track: "canary" } } }));
    expect(report.verdict).toBe("HELD");
    expect(struck(house)).toEqual(["checkout-0"]);
    expect(report.audit.map(({ agent }) => agent)).toEqual(["checkout-0"]);
  });
  it("are as many as were asked for, the same for the same seed", async () => {
    const house = await three();
    await house.ended(await house.start({ from: { service: "checkout", instances: 2 } }));
    const first = struck(house);
    expect(first).toHaveLength(2);
    for (const { taken } of house.agents) taken.length = 0;
    await house.ended(await house.start({ from: { service: "checkout", instances: "50%" } }));
    expect(struck(house)).toEqual(first);
  });
  it("are narrowed by a selection, which must name a caller that is struck", async () => {
    const house = await three();
    await house.ended(
      await house.start({}, { select: { checkout: { labels: { track: "stable" }, instances: { count: 1 } } } }),
    );
    expect(struck(house)).toHaveLength(1);
    expect(struck(house)).not.toContain("checkout-0");
    await expect(house.start({}, { select: { chekout: {} } })).rejects.toMatchObject({
      code: "invalid-experiment",
      details: [{ path: ["select", "chekout"], suggestion: "checkout" }],
    });
  });
  it("are told beforehand, touching nothing", async () => {
    const house = await three();
    const experiment = experimentInTime({ from: { labels: { track: "canary" } } });
    const { agents, refusals } = await house.term.runs.dryRun(submissionOf(experiment));
    expect(agents.map(({ instance }) => instance)).toEqual(["checkout-0"]);
    expect(refusals).toEqual([]);
    expect(struck(house)).toEqual([]);
  });
  it("are joined by one that appears under live faults: it applies, and is audited", async () => {
    const house = await three();
    const id = await house.start({ from: { service: "checkout", labels: { track: "stable" } } });
    await house.live(id);
    const late = await house.agent("checkout-9", { service: "checkout", labels: { track: "stable" } });
    await house.agent("checkout-10", { service: "checkout", labels: { track: "canary" } });
    await pass(house.clock, 500);
    expect(late.live.map(({ run }) => run)).toEqual([id]);
    const report = await house.ended(id);
    expect(report.verdict).toBe("HELD");
    expect(report.audit.map(({ agent, grade }) => `${agent} ${grade}`).sort()).toEqual([
      "checkout-1 attested",
      "checkout-2 attested",
      "checkout-9 attested",
    ]);
  });
  it("are not joined in a static run, nor where a number was asked for", async () => {
    for (const [from, more] of [
      ["checkout", { static: true }],
      [{ service: "checkout", instances: 1 }, {}],
    ] as const) {
      const house = await three();
      const id = await house.start({ from }, more);
      await house.live(id);
      const late = await house.agent("checkout-9", { service: "checkout" });
      const report = await house.ended(id);
      expect(report.verdict).toBe("HELD");
      expect(late.taken).toEqual([]);
    }
  });
  it("end the run when one that joined does not apply", async () => {
    const house = await three();
    const id = await house.start({ spec: { phases: { warmup: "0s", baseline: "1s", during: "20s" } } });
    await house.live(id);
    await house.agent("checkout-9", { service: "checkout", applies: false });
    expect(await house.ended(id)).toMatchObject({ verdict: "HALTED", because: "agent-lost" });
  });
});
