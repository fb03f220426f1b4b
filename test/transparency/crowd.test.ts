/** Crowds of callers (DATA-PATH 1 and 2): nothing stays behind, and an edge in trouble leaves other edges alone. */
import { afterEach, describe, expect, it } from "vitest";
import type { EdgeOrder } from "../../agent/contract/messages.ts";
import { asEdgeId } from "../../experiments/model/names.ts";
import { PYTHON } from "../../scripts/needs.ts";
import { lackOf } from "../../scripts/programs.ts";
import { type AgentProcess, startAgent } from "../agent/process.ts";
import { ContractServer } from "../agent/server.ts";
import { needing } from "../needing.ts";
import { often } from "../soak.ts";
import { sleep, until } from "../waiting.ts";
import { type CrowdCallee, type CrowdEnd, call, callAll, descriptorsOf, startCrowdCallee, tally } from "./crowd.ts";

const HOLD = { path: "/hold", patienceMs: 300 };
const PLAIN = { path: "/", patienceMs: 10_000 };

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

interface Scene {
  readonly agent: AgentProcess;
  readonly server: ContractServer;
  /** Callee of each edge. */
  readonly a: CrowdCallee;
  readonly b: CrowdCallee;
  readonly portA: number;
  readonly portB: number;
}
const setUp = async ({ binary = process.execPath, argv = [] as readonly string[] } = {}): Promise<Scene> => {
  const [a, b] = [await startCrowdCallee(), await startCrowdCallee()];
  cleanUps.push(a.close, b.close);
  const edge = (id: string, { port }: CrowdCallee): EdgeOrder => ({
    ...{
      id: asEdgeId(id),
      listen: "127.0.0.1:0",
      protocol: "http",
      endpoints: [`127.0.0.1:${port}`],
      healthPath: null,
    },
  });
  const server = await ContractServer.start([edge("x->a", a), edge("x->b", b)]);
  cleanUps.push(() => server.stop());
  const agent = await startAgent(["--server", server.url, "--instance", "i"], argv, binary);
  cleanUps.push(async () => {
    agent.kill("SIGKILL");
    await agent.ended;
  });
  await server.hears("pulse");
  return { agent, server, a, b, portA: agent.listen["x->a"]!.port, portB: agent.listen["x->b"]!.port };
};
/** Requests on edge B, one after the other, until `work` is over. */
const callingMeanwhile = async (port: number, work: Promise<unknown>) => {
  let isOver = false;
  const done = work.finally(() => {
    isOver = true;
  });
  const ends: CrowdEnd[] = [];
  while (!isOver) {
    ends.push(await call(port, PLAIN));
    await sleep(5);
  }
  await done;
  return tally(ends);
};

needing(describe, lackOf(PYTHON))("a crowd of callers", { retry: often(2, 0) }, () => {
  it("that times out leaves neither descriptors nor callee connections behind", async () => {
    const { agent, a, portA } = await setUp();
    await callAll(portA, 3, PLAIN);
    await sleep(200);
    const [own, callee] = [descriptorsOf(agent.pid), descriptorsOf(a.pid)];
    expect(await callAll(portA, 1_000, HOLD)).toEqual({ "timed out": 1_000 });
    await until("the descriptors are those of before", () => descriptorsOf(agent.pid) <= own, 5_000);
    await until("the callee's connections are those of before", () => descriptorsOf(a.pid) <= callee, 5_000);
  });

  it("that times out on a stopped callee leaves nothing behind, and no trace on the other edge", async () => {
    const { agent, a, portA, portB } = await setUp();
    await callAll(portA, 3, PLAIN);
    await callAll(portB, 3, PLAIN);
    await sleep(200);
    const own = descriptorsOf(agent.pid);
    a.kill("SIGSTOP");
    const work = async () => {
      expect(await callAll(portA, 1_000, HOLD)).toEqual({ "timed out": 1_000 });
      await until("the descriptors are those of before", () => descriptorsOf(agent.pid) <= own + 1, 50_000);
    };
    const other = await callingMeanwhile(portB, work());
    a.kill("SIGCONT");
    expect(other).toEqual({ answered: expect.any(Number) });
  });

  it("that half-closes and waits gets every answer, and none is counted as cancelled", async () => {
    const { server, portA } = await setUp();
    const count = often(300, 1_000);
    const waiting = { path: `/late/${often(1_500, 5_000)}`, patienceMs: 20_000, halfCloses: true };
    expect(await callAll(portA, count, waiting)).toEqual({ answered: count });
    const counted = () =>
      server
        .of("pulse")
        .at(-1)!
        .edges.filter(({ edge }) => edge === "x->a")
        .reduce((sum, { exchanges }) => sum + exchanges, 0);
    await until("all are counted", () => counted() === count, 5_000);
    const cancelled = server
      .of("pulse")
      .at(-1)!
      .edges.map(({ cancelled = 0 }) => cancelled);
    expect(new Set(cancelled)).toEqual(new Set([0]));
  });

  // Not yet: no edge has descriptors of its own.
  it("that floods an edge with 256 descriptors leaves the other edge 1,000 of 1,000 answers", async () => {
    const limited = { binary: "prlimit", argv: ["--nofile=256:256", process.execPath] };
    const { agent, portA, portB } = await setUp(limited);
    const flood = callAll(portA, 1_000, { path: "/hold", patienceMs: 6_000 });
    await sleep(300);
    const ends: CrowdEnd[] = [];
    for (let i = 0; i < 100; i++)
      ends.push(...(await Promise.all(Array.from({ length: 10 }, () => call(portB, PLAIN)))));
    expect(tally(ends)).toEqual({ answered: 1_000 });
    await flood;
    expect(agent.child.exitCode).toBeNull();
  });

  it.each([
    ["callee", "/close", false],
    ["caller", "/", true],
  ] as const)(
    "of 1,000 new connections a second, closed first by the %s, is never refused",
    async (_, path, closesFirst) => {
      const { portA } = await setUp();
      const seconds = often(3, 30);
      const all = [];
      const begunMs = performance.now();
      for (let tick = 0; tick < seconds * 100; tick++) {
        await sleep(begunMs + tick * 10 - performance.now());
        for (let i = 0; i < 10; i++) all.push(call(portA, { path, patienceMs: 20_000, closesFirst }));
      }
      expect(tally(await Promise.all(all))).toEqual({ answered: seconds * 1_000 });
    },
  );

  it("of 2,000 connects in a burst is answered whole", async () => {
    const { portA } = await setUp();
    expect(await callAll(portA, 2_000, PLAIN)).toEqual({ answered: 2_000 });
  });
});
