/** A POST in two writes, head and body, on a kept connection: Nagle's algorithm and delayed acknowledgements meet here. */
import { performance } from "node:perf_hooks";
import { Caller } from "../caller.ts";
import { BULK } from "../pattern.ts";
import type { BenchLoad, FigureColumn } from "../row.ts";
import { quantile } from "../statistics.ts";

const BODY = BULK.subarray(0, 256);
const HEAD = `POST / HTTP/1.1\r\nHost: bench\r\nContent-Length: ${BODY.length}\r\n\r\n`;

export const TWO_WRITES_COLUMNS: readonly FigureColumn[] = [
  { key: "p50Ms", title: "p50 ms", digits: 2, ratio: null },
  { key: "p99Ms", title: "p99 ms", digits: 2, ratio: null },
  { key: "overP50Ms", title: "p50 over direct, ms", digits: 2, ratio: null },
  { key: "overP99Ms", title: "p99 over direct, ms", digits: 2, ratio: null },
];

const exchangeMs = async (caller: Caller): Promise<number> => {
  const sinceMs = performance.now();
  const answer = caller.answer();
  caller.socket.write(HEAD);
  caller.socket.write(BODY);
  const { status, body } = await answer;
  if (status !== 200 || body.toString() !== "whole") throw new Error(`wrong answer: ${status} ${body}`);
  return performance.now() - sinceMs;
};

/** `isNagling`: the caller has Nagle's algorithm on, as a socket of the C library has. */
export const twoWrites = (name: string, isNagling: boolean): BenchLoad => ({
  name,
  fault: null,
  async measure({ subject, upstream, windowMs }) {
    const callers = [await Caller.open(subject.port), await Caller.open(upstream.port)] as const;
    const [through, direct]: [number[], number[]] = [[], []];
    try {
      for (const { socket } of callers) socket.setNoDelay(!isNagling);
      const untilMs = performance.now() + windowMs;
      // In turn, so that both meet the same machine.
      while (performance.now() < untilMs) {
        through.push(await exchangeMs(callers[0]));
        direct.push(await exchangeMs(callers[1]));
      }
    } finally {
      for (const caller of callers) caller.close();
    }
    const [p50Ms, p99Ms] = [quantile(through, 0.5), quantile(through, 0.99)];
    return { p50Ms, p99Ms, overP50Ms: p50Ms - quantile(direct, 0.5), overP99Ms: p99Ms - quantile(direct, 0.99) };
  },
});
