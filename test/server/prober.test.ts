/** Prober thread: a real thread, driven by an event loop that is blocked, and a thread that is lost and restarted. */
import { Worker } from "node:worker_threads";
import { afterEach, describe, expect, it } from "vitest";
import { type SampleCount, sumOf, type Tally } from "../../experiments/model/evidence/tally.ts";
import type { ProbeAction } from "../../experiments/model/probes/index.ts";
import { systemClock, systemOriginNs } from "../../server/clock.ts";
import { builtPath } from "../../server/package-paths.ts";
import { openProbe } from "../../server/probes/index.ts";
import type { ProbeContext } from "../../server/probes/probe.ts";
import { Prober, type ProberLimits, ProberLost } from "../../server/probes/prober.ts";
import { Sampler } from "../../server/probes/sampler.ts";
import type { SamplerListener, SampleSettings } from "../../server/probes/sampler-control.ts";
import { DenyList } from "../../server/security/deny.ts";
import { meshOf, sleep, until } from "./house.ts";

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

const serve = async () => {
  const worker = new Worker(new URL("./upstream-worker.mjs", import.meta.url));
  closers.push(() => worker.terminate());
  const next = () => new Promise<{ port: number; sockets: number }>((resolve) => worker.once("message", resolve));
  const { port } = await next();
  const sockets = async () => {
    const answer = next();
    worker.postMessage("sockets");
    return (await answer).sockets;
  };
  return { address: `127.0.0.1:${port}`, sockets };
};
const proberOf = (denied = new DenyList(), limits: Partial<ProberLimits> = {}) => {
  const prober = new Prober(systemClock, denied, limits);
  closers.push(() => prober.close());
  return prober;
};
const toolsOf = (address: string, more: Partial<ProbeContext> = {}): ProbeContext => ({
  ...{ clock: systemClock, mesh: meshOf(address), good: { status: [{ least: 200, most: 299 }] }, capture: false },
  traffic: { countOver: () => [] },
  ...more,
});
const http = (params: object = {}): ProbeAction =>
  ({
    kind: "http",
    params: { to: "gateway", method: "GET", path: "/", headers: {}, timeout: 2_000, maxBody: 65_536, ...params },
  }) as ProbeAction;
const RATE = { everyMs: 10, openLoop: true };
const configOf = (good: ProbeContext["good"], more: Partial<SampleSettings> = {}): SampleSettings => ({
  ...{ startedMs: systemClock.nowMs(), name: "the gateway answers", good, pace: RATE, timeoutMs: 2_000 },
  ...{ capture: false, secrets: [] },
  ...more,
});
const unheard: SamplerListener = {
  fail: (error) => {
    throw error;
  },
};
const block = (ms: number) => {
  const untilMs = performance.now() + ms;
  while (performance.now() < untilMs);
};
/** Blocks the loop three times for 300 ms, with pauses in which messages pass. */
const holdUp = async () => {
  for (let i = 0; i < 3; i++) {
    await sleep(100);
    block(300);
  }
  await sleep(100);
};
const FAST = { status: [{ least: 200, most: 299 }], withinMs: 250 };
const told = (tallies: readonly Tally[], phase: Tally["phase"]): SampleCount =>
  sumOf(tallies.filter((tally) => tally.phase === phase));

describe("looks from the prober's thread", () => {
  it("are neither late nor slow while the server's own loop stands still; those from that loop are", async () => {
    const { address } = await serve();
    const tools = toolsOf(address, { good: FAST });
    const source = await proberOf().open(http(), tools);
    const there = source.startSampler(configOf(FAST), unheard);
    const here = new Sampler({
      ...{ ...configOf(FAST), ...unheard, clock: systemClock },
      source: openProbe(http(), tools) as never,
    });
    closers.push(
      () => there.stop(),
      () => here.stop(),
    );
    // The warm-up lets the first connections be slow.
    await sleep(300);
    for (const sampler of [there, here]) sampler.observe("baseline", systemClock.nowMs());
    await holdUp();
    for (const sampler of [there, here]) sampler.observe(null, systemClock.nowMs());
    await Promise.all([there.settle("baseline"), here.settle("baseline")]);
    const [own, threaded] = [sumOf(here.take()), sumOf(there.take())];
    // The loop is blocked for 300 of 400 ms. A busy machine may delay the thread too, but the server's loop never does.
    expect(own.errored + own.bad).toBeGreaterThan(30);
    expect(threaded.errored + threaded.bad).toBeLessThan((own.errored + own.bad) / 3);
    expect(threaded.good).toBeGreaterThan(own.good);
  });
  it("that must run commands in the server's own loop are never bad because that stood still: errored at worst", async () => {
    // A command alone takes a third of the timeout; behind a blocked loop, all of the timeout or more.
    const good: ProbeContext["good"] = { exit: 0, withinMs: 500 };
    const params = { command: ["sleep", "0.1"], env: {}, timeout: 600, maxBody: 65_536 };
    const source = openProbe({ kind: "process", params } as unknown as ProbeAction, toolsOf("127.0.0.1:1", { good }));
    const pace = { everyMs: 100, openLoop: true };
    const sampler = new Sampler({
      ...{ ...configOf(good, { pace, timeoutMs: 600 }), ...unheard, clock: systemClock, source: source as never },
    });
    closers.push(() => sampler.stop());
    sampler.observe("baseline", systemClock.nowMs());
    for (let i = 0; i < 3; i++) {
      await sleep(250);
      block(800);
    }
    await sleep(300);
    sampler.observe(null, systemClock.nowMs());
    await sampler.settle("baseline");
    const { bad, errored } = sumOf(sampler.take());
    expect(bad).toBe(0);
    expect(errored).toBeGreaterThan(15);
  });
  it("belong to the phase of their time, to the sample, by the server's clock", async () => {
    const { address } = await serve();
    const source = await proberOf().open(http(), toolsOf(address));
    const startedMs = systemClock.nowMs();
    const sampling = source.startSampler(configOf(toolsOf(address).good, { startedMs }), unheard);
    closers.push(() => sampling.stop());
    const tallies: Tally[] = [];
    const fromMs = systemClock.nowMs() + 300;
    await sleep(300);
    // The phase is reported late, as by a blocked loop: samples sent since `fromMs` belong to the phase all the same.
    block(100);
    sampling.observe("baseline", fromMs);
    await sleep(500);
    sampling.observe(null, fromMs + 700);
    await sleep(400);
    await sampling.settle("baseline");
    tallies.push(...sampling.take());
    const { good, bad, errored } = told(tallies, "baseline");
    // A sample leaves every 10 ms for 700 ms; samples that left before the phase was reported belong to no phase.
    expect(good + bad + errored).toBeGreaterThanOrEqual(55);
    expect(good + bad + errored).toBeLessThanOrEqual(71);
    expect(tallies[0]!.fromMs).toBeCloseTo(fromMs - startedMs, 0);
    expect(tallies[0]!.toMs).toBeCloseTo(fromMs - startedMs + 1_000, 0);
  });
  it("come as tallies without being asked for, and each look of a guardrail at once", async () => {
    const { address } = await serve();
    const prober = proberOf();
    const good = toolsOf(address).good;
    let tellings = 0;
    const counted = (await prober.open(http(), toolsOf(address))).startSampler(configOf(good), {
      ...unheard,
      onTallies: () => tellings++,
    });
    counted.observe("during", systemClock.nowMs());
    await until("a tally came", () => tellings > 0);
    expect(told(counted.take(), "during").good).toBeGreaterThan(0);
    const looks: string[] = [];
    const guard = (await prober.open(http({ headers: { "x-status": "503" } }), toolsOf(address))).startSampler(
      configOf(good, { pace: { everyMs: 50, openLoop: false } }),
      { ...unheard, onSample: (outcome, why) => looks.push(`${outcome}: ${why}`) },
    );
    await until("the guardrail has looked", () => looks.length > 1);
    expect(looks[0]).toBe("bad: status 503");
    await Promise.all([counted.stop(), guard.stop()]);
  });
  it("are judged by their bodies too, and tell no secret", async () => {
    const { address } = await serve();
    const good = { body: "never*", headers: { "x-echo": { absent: true } } } as const;
    const secret = "hunter2-hunter2";
    const action = http({ headers: { "x-secret": secret } });
    for (const criteria of [{ body: good.body }, { headers: good.headers }] as const) {
      const tools = toolsOf(address, { good: criteria as never, capture: true });
      const source = await proberOf().open(action, tools);
      const sampling = source.startSampler(
        configOf(tools.good, { capture: true, secrets: [secret], pace: { everyMs: 50, openLoop: false } }),
        unheard,
      );
      sampling.observe("during", systemClock.nowMs());
      await sleep(400);
      sampling.observe(null, systemClock.nowMs());
      await sampling.settle("during");
      const tallies = sampling.take();
      await sampling.stop();
      expect(told(tallies, "during").bad).toBeGreaterThan(0);
      expect(tallies[0]!.firstBad[0]!.why).toContain("[redacted]");
      expect(JSON.stringify(tallies)).not.toContain(secret);
    }
  });
  it("are errored where an agent stood still meanwhile, as it told afterwards", async () => {
    const { address } = await serve();
    const action = http({ headers: { "x-delay": "300" } });
    const source = await proberOf().open(action, toolsOf(address, { good: FAST }));
    const startedMs = systemClock.nowMs();
    const config = configOf(FAST, { startedMs, pace: { everyMs: 60_000, openLoop: true } });
    const sampling = source.startSampler(config, unheard);
    sampling.observe("during", startedMs);
    await sleep(500);
    sampling.stalled(startedMs, systemClock.nowMs());
    await sampling.settle("during");
    const tallies = sampling.take();
    await sampling.stop();
    expect(told(tallies, "during")).toMatchObject({ good: 0, bad: 0, errored: 1 });
    expect(tallies[0]!.firstErrored).toMatch(/^an agent stalled for \d+ ms$/);
  });
  it("leave no socket behind once they are stopped", async () => {
    const { address, sockets } = await serve();
    const source = await proberOf().open(http(), toolsOf(address));
    const sampling = source.startSampler(configOf(toolsOf(address).good), unheard);
    await until("connections are open", async () => (await sockets()) > 0);
    await sampling.stop();
    await until("none is", async () => (await sockets()) === 0);
  });
});

describe("the deny list", () => {
  const NOWHERE = new DenyList(["127.0.0.0/8", "::1"], []);
  it("keeps the thread from opening a denied address, with the server's own words", async () => {
    const { address } = await serve();
    await expect(proberOf(NOWHERE).open(http(), toolsOf(address))).rejects.toThrow(
      /127\.0\.0\.1 is on this server's deny/,
    );
    const unknown = http({ to: "nobody" });
    await expect(proberOf().open(unknown, toolsOf(address))).rejects.toThrow('no service "nobody"');
  });
  it("holds for what a name resolves to, which is errored and never bad", async () => {
    const { address } = await serve();
    const url = `http://localhost:${address.split(":")[1]}/`;
    const tools = toolsOf(address);
    const source = await proberOf(NOWHERE).open(http({ to: undefined, url }), tools);
    const sampling = source.startSampler(configOf(tools.good, { pace: { everyMs: 50, openLoop: false } }), unheard);
    sampling.observe("during", systemClock.nowMs());
    await sleep(300);
    await sampling.settle("during");
    const tallies = sampling.take();
    await sampling.stop();
    expect(told(tallies, "during")).toMatchObject({ good: 0, bad: 0 });
    expect(tallies[0]).toMatchObject({ erroredBy: { "address denied": expect.any(Number) } });
  });
});

describe("a thread that is lost", () => {
  it("fails what it looked for, with the cause, and another one looks for what comes later", async () => {
    const { address } = await serve();
    const prober = proberOf(new DenyList(), { heapMb: 32 });
    const source = await prober.open(http(), toolsOf(address));
    const failures: unknown[] = [];
    const sampling = source.startSampler(configOf(toolsOf(address).good), { fail: (error) => failures.push(error) });
    sampling.observe("during", systemClock.nowMs());
    // The body is larger than the thread's heap.
    const json = Array.from({ length: 1_500_000 }, () => ({ a: 1 }));
    await expect(prober.open(http({ method: "POST", json }), toolsOf(address))).rejects.toThrow(ProberLost);
    await until("the run was told", () => failures.length > 0);
    expect(failures[0]).toBeInstanceOf(ProberLost);
    expect(String(failures[0])).toContain("memory");
    await expect(sampling.settle("during")).rejects.toThrow("the prober's thread was lost");
    await sampling.stop();

    const again = (await prober.open(http(), toolsOf(address))).startSampler(configOf(toolsOf(address).good), unheard);
    again.observe("during", systemClock.nowMs());
    await sleep(200);
    await again.settle("during");
    expect(told(again.take(), "during").good).toBeGreaterThan(0);
    await again.stop();
  });
  it("fails nothing that had stopped, or once the server closes", async () => {
    const { address } = await serve();
    const prober = proberOf();
    const fail = (error: unknown) => {
      throw error;
    };
    const sampling = (await prober.open(http(), toolsOf(address))).startSampler(configOf(toolsOf(address).good), {
      fail,
    });
    await sampling.stop();
    await prober.close();
    await expect(prober.open(http(), toolsOf(address))).rejects.toThrow("this server is closing");
  });
});

describe("the clock of another thread", () => {
  it("agrees with the server's to less than a millisecond, whenever that thread was started", async () => {
    const script = `
      const { parentPort, workerData } = require("node:worker_threads");
      import(workerData.file).then(({ clockSince }) => {
        const clock = clockSince(() => workerData.originNs);
        parentPort.on("message", () => parentPort.postMessage(clock.nowMs()));
        parentPort.postMessage(0);
      });`;
    await sleep(200);
    const workerData = { file: `file://${builtPath("server", "clock.js")}`, originNs: systemOriginNs() };
    const worker = new Worker(script, { eval: true, workerData });
    closers.push(() => worker.terminate());
    const next = () => new Promise<number>((resolve) => worker.once("message", resolve));
    await next();
    for (let i = 0; i < 20; i++) {
      const answer = next();
      const beforeMs = systemClock.nowMs();
      worker.postMessage("now");
      const thereMs = await answer;
      expect(thereMs).toBeGreaterThan(beforeMs - 0.5);
      expect(thereMs).toBeLessThan(systemClock.nowMs() + 0.5);
    }
  });
});
