/** Weight of a proxy without traffic: resident memory, CPU and wakes at rest, and memory for each idle connection. */
import { performance } from "node:perf_hooks";
import { sleep } from "../../waiting.ts";
import { Caller } from "../caller.ts";
import { cpuNs, residentMb, wakes } from "../process-cost.ts";
import type { ProxyFault } from "../proxies/proxy.ts";
import type { BenchLoad, FigureColumn, Target } from "../row.ts";
import { BODY } from "../upstream.ts";

/** Time after which the work of the start, or of opening connections, is over. */
const SETTLE_MS = 2_000;
const SHORTEST_REST_MS = 5_000;
const REQUEST = "GET / HTTP/1.1\r\nHost: bench\r\n\r\n";

export const REST_COLUMNS: readonly FigureColumn[] = [
  { key: "residentMb", title: "resident MB", digits: 0, ratio: "its MB ÷ the agent's" },
  { key: "cpuPercent", title: "CPU of a core at rest, %", digits: 2, ratio: null },
  { key: "wakesPerSecond", title: "wakes/s at rest", digits: 1, ratio: null },
];
export const IDLE_COLUMNS: readonly FigureColumn[] = [
  { key: "kbEach", title: "KiB for each connection", digits: 1, ratio: "its KiB ÷ the agent's" },
  { key: "beforeMb", title: "resident MB before", digits: 0, ratio: null },
  { key: "afterMb", title: "resident MB with all", digits: 0, ratio: null },
];

/** An exchange on a new connection, which stays open. Rejects: the answer is wrong, or came before the delay. */
const openAndAsk = async (port: number, leastMs: number): Promise<Caller> => {
  const caller = await Caller.open(port);
  const sinceMs = performance.now();
  const { status, body } = await caller.ask(REQUEST);
  if (status !== 200 || body.toString() !== BODY) throw new Error(`wrong answer: ${status} ${body}`);
  const ms = performance.now() - sinceMs;
  if (ms < leastMs) throw new Error(`an answer after ${ms.toFixed(2)} ms, under a delay of ${leastMs} ms`);
  return caller;
};

/** A proxy that carries nothing. Under a latency, an exchange beforehand shows that the fault is there. */
export const atRest = (fault: ProxyFault | null): BenchLoad => ({
  name: "",
  fault,
  async measure({ subject, windowMs }) {
    // Envoy's timers may end up to a millisecond early.
    const leastMs = fault?.kind === "latency" ? fault.delayMs - 1 : 0;
    if (subject.port !== 0) (await openAndAsk(subject.port, leastMs)).close();
    await sleep(SETTLE_MS);
    const restMs = Math.max(windowMs, SHORTEST_REST_MS);
    const [ns, woken] = [cpuNs(subject.pid!), wakes(subject.pid!)];
    await sleep(restMs);
    return {
      residentMb: residentMb(subject.pid!),
      cpuPercent: (100 * (cpuNs(subject.pid!) - ns)) / 1e6 / restMs,
      wakesPerSecond: ((wakes(subject.pid!) - woken) * 1_000) / restMs,
    };
  },
});

/** Connections opened at the same time: fewer than any queue of a listener. */
const AT_ONCE = 50;
const WARM_UP = 500;
const openMany = async ({ subject }: Target, count: number): Promise<readonly Caller[]> => {
  const callers: Caller[] = [];
  while (callers.length < count) {
    const some = Math.min(AT_ONCE, count - callers.length);
    callers.push(...(await Promise.all(Array.from({ length: some }, () => openAndAsk(subject.port, 0)))));
  }
  return callers;
};
/** Connections that had an exchange each and rest; the proxy has carried a few others before. */
export const idleConnections = (count: number): BenchLoad => ({
  name: "",
  fault: null,
  async measure(target) {
    for (const caller of await openMany(target, WARM_UP)) caller.close();
    await sleep(SETTLE_MS);
    const beforeMb = residentMb(target.subject.pid!);
    const callers = await openMany(target, count);
    await sleep(SETTLE_MS);
    const afterMb = residentMb(target.subject.pid!);
    for (const caller of callers) caller.close();
    return { kbEach: ((afterMb - beforeMb) * 1024) / count, beforeMb, afterMb };
  },
});
