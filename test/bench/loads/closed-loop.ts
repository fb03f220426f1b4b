/** Closed loop: each connection sends its next request when the answer came, on the same connection or on a new one. */

import { sleep, until } from "../../waiting.ts";
import { Caller } from "../caller.ts";
import { cpuNs } from "../process-cost.ts";
import type { ProxyFault } from "../proxies/proxy.ts";
import type { BenchLoad, FigureColumn, Target } from "../row.ts";
import { BODY } from "../upstream.ts";
import { checkReport, startWrk } from "../wrk.ts";

/** Start of a window that is not measured, at least: wrk opens its connections. */
const LEAD_MS = 300;
/** Bound for the first requests, also on a machine that is busy with other work. */
const LONGEST_LEAD_MS = 30_000;

export const CPU_COLUMN: FigureColumn = {
  ...{ key: "cpuUs", title: "CPU µs/request", digits: 1, ratio: "its CPU ÷ the agent's" },
};
const P50_COLUMN: FigureColumn = { key: "p50Us", title: "p50 µs", digits: 0, ratio: null };
const P99_COLUMN: FigureColumn = { key: "p99Us", title: "p99 µs", digits: 0, ratio: null };
export const CLOSED_LOOP_COLUMNS: readonly FigureColumn[] = [CPU_COLUMN, P50_COLUMN, P99_COLUMN];

/** The length of a right answer, bytes. Rejects: the answer is wrong. */
const answerBytes = async (port: number, close: boolean): Promise<number> => {
  const caller = await Caller.open(port);
  const header = close ? "Connection: close\r\n" : "";
  try {
    const { status, body, bytes } = await caller.ask(`GET / HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n${header}\r\n`);
    if (status !== 200 || body.toString() !== BODY) throw new Error(`wrong answer: ${status} ${body}`);
    return bytes;
  } finally {
    caller.close();
  }
};

/** Requests at the upstream, and the proxy's CPU at that moment. */
const takeMark = async ({ subject, upstream }: Target): Promise<{ requests: number; ns: number }> => {
  const requests = await upstream.requests();
  return { requests, ns: subject.pid === null ? Number.NaN : cpuNs(subject.pid) };
};

/**
 * Load by wrk. The CPU and the requests are those between two moments under load: of a hundred connections that are
 * opened for a second of slow requests, most of the CPU would be that of opening them.
 */
export const closedLoop = (
  connections: number,
  close: boolean,
  fault: ProxyFault | null,
  name = `c=${connections}`,
): BenchLoad => ({
  name,
  fault,
  async measure(target) {
    const { subject, folder, windowMs } = target;
    const bytes = await answerBytes(subject.port, close);
    const idle = await target.upstream.requests();
    // Requests of the window before, which a fault held, may still come, one a connection; beyond one more a connection
    // the callers have had an answer.
    const isUnderLoad = async () => (await target.upstream.requests()) > idle + 2 * connections;
    const wrk = startWrk(folder, subject.port, connections, close);
    try {
      await sleep(LEAD_MS);
      await until("answers came", isUnderLoad, LONGEST_LEAD_MS);
      const before = await takeMark(target);
      await sleep(windowMs);
      const after = await takeMark(target);
      const report = await wrk.stop();
      checkReport(report, bytes, connections);
      const requests = after.requests - before.requests;
      if (requests === 0) throw new Error(`no request passed in ${windowMs} ms: the window is too short`);
      return { cpuUs: (after.ns - before.ns) / 1_000 / requests, p50Us: report.p50Us, p99Us: report.p99Us };
    } finally {
      await wrk.stop();
    }
  },
});
