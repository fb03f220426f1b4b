/** Share of aborted requests, over 20,000 requests. */
import { Caller } from "../caller.ts";
import { cpuNs } from "../process-cost.ts";
import type { BenchLoad, FigureColumn } from "../row.ts";
import { BODY } from "../upstream.ts";

const REQUESTS = 20_000;
const CONNECTIONS = 32;
const PERCENT = 10;
/** Five standard deviations of a binomial share, percent: chance alone goes beyond in fewer than one of a million windows. */
const TOLERANCE = 100 * 5 * Math.sqrt(((PERCENT / 100) * (1 - PERCENT / 100)) / REQUESTS);

export const ABORT_SHARE_COLUMNS: readonly FigureColumn[] = [
  { key: "share", title: "aborted, %", digits: 2, ratio: null },
  { key: "cpuUs", title: "CPU µs/request", digits: 1, ratio: "its CPU ÷ the agent's" },
];

/** Rejects: an answer is neither the upstream's nor the fault's, or chance does not explain the share. */
export const abortShare = (): BenchLoad => ({
  name: "",
  fault: { kind: "abort", percent: PERCENT },
  async measure({ subject }) {
    let [left, aborted] = [REQUESTS, 0];
    const request = `GET / HTTP/1.1\r\nHost: bench\r\n\r\n`;
    const callUntilNoneLeft = async (caller: Caller): Promise<void> => {
      while (left-- > 0) {
        const { status, body } = await caller.ask(request);
        if (status === 503) aborted++;
        else if (status !== 200 || body.toString() !== BODY) throw new Error(`wrong answer: ${status} ${body}`);
      }
    };
    const callers = await Promise.all(Array.from({ length: CONNECTIONS }, () => Caller.open(subject.port)));
    const before = cpuNs(subject.pid!);
    try {
      await Promise.all(callers.map(callUntilNoneLeft));
    } finally {
      for (const caller of callers) caller.close();
    }
    const cpuUs = (cpuNs(subject.pid!) - before) / 1_000 / REQUESTS;
    const share = (100 * aborted) / REQUESTS;
    if (Math.abs(share - PERCENT) > TOLERANCE) throw new Error(`${share}% aborted, and ${PERCENT}% were asked for`);
    return { share, cpuUs };
  },
});
