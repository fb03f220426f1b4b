/** Bulk: 16 MiB towards the caller or the callee, one transfer at a time, every byte checked at its end. */
import { connect } from "node:net";
import { performance } from "node:perf_hooks";
import { Caller } from "../caller.ts";
import { BULK, BULK_BYTES, isPattern } from "../pattern.ts";
import { cpuNs } from "../process-cost.ts";
import type { ProxyFault } from "../proxies/proxy.ts";
import type { BenchLoad, FigureColumn } from "../row.ts";
import { median } from "../statistics.ts";

export const BULK_COLUMNS: readonly FigureColumn[] = [
  { key: "seconds", title: "seconds", digits: 3, ratio: "its seconds ÷ the agent's" },
  { key: "cpuUsPerMb", title: "CPU µs/MiB", digits: 0, ratio: "its CPU ÷ the agent's" },
];
const HEAD_END = "\r\n\r\n";

/** Buffer of all reads: a read of up to a MiB, and no allocation, keep the load ahead of the proxies. */
const READ_BUFFER = Buffer.alloc(1024 * 1024);

/**
 * Gets the pattern; returns the seconds from the request to the last byte. Rejects: another status, a wrong byte, an
 * early end.
 */
const download = (port: number): Promise<number> =>
  new Promise((resolve, reject) => {
    let head: string | null = "";
    let [received, sinceMs] = [0, 0];
    const end = (error: Error | null): void => {
      socket.destroy();
      if (error === null) resolve((performance.now() - sinceMs) / 1_000);
      else reject(error);
    };
    const takeHead = (bytes: Buffer): Buffer => {
      const before = head!.length;
      head += bytes.toString("latin1");
      const length = head!.indexOf(HEAD_END);
      if (length < 0) return bytes.subarray(bytes.length);
      if (!/^HTTP\/1\.1 200 /.test(head!)) end(new Error(`wrong answer: ${head!.slice(0, 40)}`));
      head = null;
      return bytes.subarray(length + HEAD_END.length - before);
    };
    const take = (bytes: Buffer): void => {
      const part = head === null ? bytes : takeHead(bytes);
      if (!isPattern(part, received)) end(new Error(`a wrong byte after ${received} bytes`));
      received += part.length;
      if (received === BULK_BYTES) end(null);
    };
    const callback = (length: number): boolean => {
      take(READ_BUFFER.subarray(0, length));
      return true;
    };
    const socket = connect(
      { port, host: "127.0.0.1", noDelay: true, onread: { buffer: READ_BUFFER, callback } },
      () => {
        sinceMs = performance.now();
        socket.write("GET / HTTP/1.1\r\nHost: bench\r\n\r\n");
      },
    );
    socket.on("error", end).on("close", () => end(new Error(`the connection ended after ${received} bytes`)));
  });
/** Posts the pattern; returns the seconds from the request to the answer. */
const upload = async (port: number): Promise<number> => {
  const caller = await Caller.open(port);
  try {
    const answer = caller.answer();
    const sinceMs = performance.now();
    caller.socket.write(`POST / HTTP/1.1\r\nHost: bench\r\nContent-Length: ${BULK_BYTES}\r\n\r\n`);
    caller.socket.write(BULK);
    const { status, body } = await answer;
    if (status !== 200) throw new Error(`wrong answer: ${status} ${body}`);
    return (performance.now() - sinceMs) / 1_000;
  } finally {
    caller.close();
  }
};
const TRANSFERS = { caller: download, callee: upload } as const;

/** Transfers until the window is over, at least one. The fault acts on the direction of the bytes. */
export const bulk = (toward: keyof typeof TRANSFERS, delayMs: number): BenchLoad => ({
  name: `to the ${toward}${delayMs === 0 ? "" : ` under ${delayMs} ms`}`,
  fault: delayMs === 0 ? null : ({ kind: "latency", delayMs, toward } satisfies ProxyFault),
  async measure({ subject, windowMs }) {
    const seconds: number[] = [];
    const before = subject.pid === null ? Number.NaN : cpuNs(subject.pid);
    const untilMs = performance.now() + windowMs;
    do seconds.push(await TRANSFERS[toward](subject.port));
    while (performance.now() < untilMs);
    const after = subject.pid === null ? Number.NaN : cpuNs(subject.pid);
    const megabytes = (seconds.length * BULK_BYTES) / 1024 / 1024;
    return { seconds: median(seconds), cpuUsPerMb: (after - before) / 1_000 / megabytes };
  },
});
