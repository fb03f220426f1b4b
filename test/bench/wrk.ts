/** wrk, the generator of closed-loop load: a single thread that is cheaper than any proxy it drives. */
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { WRK } from "../../scripts/needs.ts";
import { startPinned } from "./pinned.ts";

export interface WrkReport {
  readonly requests: number;
  /** Bytes of all answers, heads included. */
  readonly bytes: number;
  /** Errors of connections, reads, writes, status (400 and above) and timeouts (2 s). */
  readonly errors: number;
  readonly p50Us: number;
  readonly p99Us: number;
}
/** wrk's text rounds bytes and times; this script prints the numbers. A script with `done` alone costs no request. */
const SCRIPT = `done = function(summary, latency)
  local e = summary.errors
  local errors = e.connect + e.read + e.write + e.status + e.timeout
  io.write(string.format('{"requests":%d,"bytes":%d,"errors":%d,"p50Us":%d,"p99Us":%d}\\n',
    summary.requests, summary.bytes, errors, latency:percentile(50), latency:percentile(99)))
end
`;
const LONGEST_S = 600;

export interface WrkRun {
  /** Ends the load, and returns the report of the whole run; further calls return the same. Rejects: wrk failed. */
  stop(): Promise<WrkReport>;
}
/** Starts load on a port of this machine; `close`: a new connection for each request. */
export const startWrk = (folder: string, port: number, connections: number, close: boolean): WrkRun => {
  const program = WRK.find();
  if (program === null) throw new Error("no wrk: `npm run setup -- --bench` installs it on Debian");
  const script = join(folder, "report.lua");
  writeFileSync(script, SCRIPT);
  const headers = close ? ["-H", "Connection: close"] : [];
  const words = ["-t1", `-c${connections}`, `-d${LONGEST_S}s`, "-s", script, ...headers, `http://127.0.0.1:${port}/`];
  const child = startPinned("load", [program, ...words], { stdout: "pipe" });
  const report = readReport(child);
  // A failure before `stop` is reported by `stop`.
  report.catch(() => {});
  return {
    stop() {
      // At SIGINT wrk stops within 100 ms and reports.
      child.kill("SIGINT");
      return report;
    },
  };
};
const readReport = async (child: ChildProcess): Promise<WrkReport> => {
  let text = "";
  child.stdout!.setEncoding("utf8").on("data", (part: string) => (text += part));
  const [code] = (await once(child, "close")) as [number | null];
  const line = text.split("\n").find((each) => each.startsWith("{"));
  if (line === undefined) throw new Error(`wrk failed (exit code ${code}): ${text}`);
  return JSON.parse(line) as WrkReport;
};

/**
 * Throws when an answer was wrong: an error, or more or fewer bytes than as many whole answers have. At the end each
 * connection may have had a part of an answer.
 */
export const checkReport = (report: WrkReport, answerBytes: number, connections: number): void => {
  const { requests, bytes, errors } = report;
  if (errors > 0) throw new Error(`${errors} errors in ${requests} requests`);
  const least = requests * answerBytes;
  if (requests === 0 || bytes < least || bytes > least + connections * answerBytes)
    throw new Error(`${requests} answers of ${answerBytes} bytes were expected, and ${bytes} bytes came`);
};
