/** Error of a delay, in an open loop: how much later an answer comes than the delay over an idle exchange. */
import { sleep } from "../../waiting.ts";
import type { BenchLoad, FigureColumn, Target } from "../row.ts";
import { quantile } from "../statistics.ts";
import { OpenLoop } from "./open-loop.ts";

const PER_SECOND = 300;

export const DELAY_ERROR_COLUMNS: readonly FigureColumn[] = [
  { key: "idleMs", title: "idle p50 ms", digits: 2, ratio: null },
  { key: "errorP50Ms", title: "error p50 ms", digits: 2, ratio: null },
  { key: "errorP99Ms", title: "error p99 ms", digits: 2, ratio: null },
  { key: "early", title: "answers before the delay, %", digits: 1, ratio: null },
];

const timesMs = async ({ subject, windowMs }: Target, connections: number): Promise<readonly number[]> => {
  const loop = await OpenLoop.start(subject.port, PER_SECOND, connections);
  await sleep(windowMs);
  return (await loop.stop()).map(({ sentMs, answeredMs }) => answeredMs - sentMs);
};

/** The same load without the fault and with it, in each window. */
export const delayError = (delayMs: number): BenchLoad => ({
  name: `${delayMs} ms`,
  fault: { kind: "latency", delayMs, toward: "callee" },
  async measure(target) {
    const connections = 8 + Math.ceil((2 * PER_SECOND * delayMs) / 1_000);
    await target.subject.put(null);
    const idleMs = quantile(await timesMs(target, connections), 0.5);
    await target.subject.put(this.fault);
    const delayed = await timesMs(target, connections);
    await target.subject.put(null);
    const errors = delayed.map((ms) => ms - delayMs - idleMs);
    const early = (100 * delayed.filter((ms) => ms < delayMs).length) / delayed.length;
    return { idleMs, errorP50Ms: quantile(errors, 0.5), errorP99Ms: quantile(errors, 0.99), early };
  },
});
