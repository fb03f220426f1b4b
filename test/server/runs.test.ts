/** Whole runs on a real server: the API, the probes, the fleet and the journal together. */
import { afterAll, describe, expect, it } from "vitest";
import { checkJournal } from "../../experiments/model/journal/journal.ts";
import { digest, findChainBreak } from "../../server/store/chain.ts";
import { experimentOf, type House, type HouseOptions, openHouse, until } from "./house.ts";

const houses: House[] = [];
const open = async (options?: HouseOptions) => {
  const house = await openHouse(options);
  houses.push(house);
  return house;
};
afterAll(() => Promise.all(houses.map((house) => house.close())));

describe.concurrent("a run", () => {
  it("is HELD when what must stay true stays true under a fault that hit, and its journal is whole", async () => {
    const { start, ended, journal, agent } = await open();
    const id = await start(experimentOf());
    const report = await ended(id);
    expect(report).toMatchObject({ verdict: "HELD", because: "held", injected: true, seed: 7, residue: [] });
    expect(report.receipts[0]!.injected).toBeGreaterThanOrEqual(5);
    expect(report.audit).toMatchObject([{ grade: "attested" }]);
    expect(agent.isLive).toBe(false);
    const records = await journal(id);
    expect(findChainBreak(records)).toBeNull();
    expect(checkJournal(records, digest)).toEqual([]);
  });

  it("is BROKEN, early, when the fault breaks what must stay true, and the fault goes at once", async () => {
    const { start, ended } = await open({ lateMs: 500 });
    const report = await ended(await start(experimentOf({ during: "20s", within: "250ms", pace: { rate: "40/s" } })));
    expect(report).toMatchObject({ verdict: "BROKEN", because: "expectation" });
    const { fromMs, toMs } = report.spans.during!;
    expect(toMs! - fromMs).toBeLessThan(15_000);
    expect(report.expectations[0]!.firstBad.length).toBeGreaterThan(0);
    expect(report.recoveredMs).not.toBeNull();
  });

  it("is INCONCLUSIVE when the fault hit nothing", async () => {
    const { start, ended } = await open({ upstream: () => (_request, response) => void response.end("ok") });
    expect(await ended(await start(experimentOf()))).toMatchObject({ verdict: "INCONCLUSIVE", because: "no-hits" });
  });

  it("injects nothing when the baseline is not steady", async () => {
    const upstream = () => (_request: unknown, response: import("node:http").ServerResponse) =>
      void response.writeHead(500).end("no");
    const { start, ended, agent } = await open({ upstream });
    const report = await ended(await start(experimentOf()));
    expect(report).toMatchObject({ verdict: "INCONCLUSIVE", because: "baseline-not-steady", injected: false });
    expect(agent.heard.filter((message) => message.type === "apply" && message.faults.length > 0)).toEqual([]);
  });

  it("is HALTED with the fault gone and the audit done within 2 s of a halt", async () => {
    const { start, call, report, agent, live } = await open();
    const id = await start(experimentOf({ during: "20s" }));
    await live(id);
    const atMs = performance.now();
    const reply = await call("POST", `/api/v1/runs/${id}/halt`, { reason: "enough", because: "interrupted" });
    expect(await reply.json()).toEqual({ halted: [id] });
    await until("it is over", async () => (await report(id)).state === "finished", 2_000);
    expect(performance.now() - atMs).toBeLessThan(2_000);
    expect(await report(id)).toMatchObject({
      ...{ verdict: "HALTED", because: "interrupted", residue: [] },
      audit: [{ grade: "attested" }],
    });
    expect(agent.isLive).toBe(false);
    expect((await call("POST", `/api/v1/runs/${id}/halt`, { reason: "again" })).status).toBe(409);
  });

  it("waits for the run before it on the same mesh", async () => {
    const { start, ended, journal } = await open();
    const [first, second] = [await start(experimentOf()), await start(experimentOf())];
    await Promise.all([ended(first), ended(second)]);
    const closed = (await journal(first)).at(-1)!;
    const started = (await journal(second)).find(
      ({ entry }) => entry.kind === "event" && entry.event.type === "started",
    )!;
    expect(closed.entry.kind).toBe("closed");
    expect(started.wallMs).toBeGreaterThanOrEqual((await journal(first)).at(-2)!.wallMs);
  });

  it("counts real traffic as the agents tell it, and what never ended as bad", async () => {
    const traffic = {
      name: "the mesh sees it",
      traffic: { from: "gateway", to: "payments" },
      good: { status: "<500", within: "300ms" },
      objective: "50%",
    };
    const { start, ended, agent } = await open();
    const experiment = experimentOf();
    const spec = { ...experiment.spec, hypothesis: [...experiment.spec.hypothesis, traffic] };
    const counting = setInterval(() => {
      for (const { id } of agent.watches) {
        const count = agent.watchCounts.get(id)!;
        const open = id.endsWith("/during") ? 3 : 0;
        agent.watchCounts.set(id, { ...count, good: count.good + 5, open });
      }
    }, 50);
    const report = await ended(await start({ ...experiment, spec }));
    clearInterval(counting);
    const { phases } = report.expectations[1]!;
    const counted = (phase: string) =>
      [...agent.watchCounts.values()].find(({ id }) => id.endsWith(`the mesh sees it/${phase}`))!.good;
    expect(phases.baseline).toEqual({ good: counted("baseline"), bad: 0, errored: 0 });
    expect(phases.during).toEqual({ good: counted("during"), bad: 3, errored: 0 });
    expect(report.verdict).toBe("HELD");
  });

  it("is halted when the client that started it listens no more", { timeout: 40_000 }, async () => {
    const { start, report, live } = await open();
    const id = await start(experimentOf({ during: "60s" }), { attached: true });
    await live(id);
    await until("it is over", async () => (await report(id)).state === "finished", 15_000);
    expect(await report(id)).toMatchObject({ verdict: "HALTED", because: "client-silent" });
  });
});
