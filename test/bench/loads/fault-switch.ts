/** A fault put and taken away under load: from the order until callers feel the fault, and until they feel it no more. */
import { performance } from "node:perf_hooks";
import { sleep } from "../../waiting.ts";
import type { BenchLoad, FigureColumn } from "../row.ts";
import { type Exchange, OpenLoop } from "./open-loop.ts";

const PER_SECOND = 500;
const DELAY_MS = 200;
/** Time that a request takes at least if the fault met it: half the delay, which stalls of the machine seldom reach. */
const MET_MS = DELAY_MS / 2;
/** Time that a request takes at least if it was under way, held, when the fault went. */
const HELD_MS = 20;
const CONNECTIONS = 200;

export const FAULT_SWITCH_COLUMNS: readonly FigureColumn[] = [
  { key: "feltMs", title: "ms until felt", digits: 1, ratio: null },
  { key: "goneMs", title: "ms until gone", digits: 1, ratio: null },
];

const tookMs = ({ sentMs, answeredMs }: Exchange): number => answeredMs - sentMs;

export const faultSwitch = (): BenchLoad => ({
  name: "",
  fault: { kind: "latency", delayMs: DELAY_MS, toward: "callee" },
  async measure({ subject, windowMs }) {
    await subject.put(null);
    const loop = await OpenLoop.start(subject.port, PER_SECOND, CONNECTIONS);
    await sleep(windowMs / 2);
    const putMs = performance.now();
    await subject.put(this.fault);
    await sleep(Math.max(windowMs, 2 * DELAY_MS));
    const takenMs = performance.now();
    await subject.put(null);
    await sleep(Math.max(windowMs, 2 * DELAY_MS));
    const exchanges = await loop.stop();
    const met = exchanges.filter((each) => each.sentMs > putMs && each.sentMs < takenMs && tookMs(each) >= MET_MS);
    if (met.length === 0) throw new Error("the fault met no request");
    const last = exchanges.filter(
      (each) => each.answeredMs > takenMs && tookMs(each) >= (each.sentMs < takenMs ? HELD_MS : MET_MS),
    );
    return {
      feltMs: Math.min(...met.map(({ sentMs }) => sentMs)) - putMs,
      goneMs: Math.max(0, ...last.map(({ answeredMs }) => answeredMs - takenMs)),
    };
  },
});
