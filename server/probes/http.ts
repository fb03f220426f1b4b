/** Sends one HTTP request a look, over kept-alive connections, as many as the open loop needs. */
import { Pool } from "undici";
import type { Seen } from "../../experiments/model/good.ts";
import { guardedConnector } from "../security/deny.ts";
import { BODY_BYTES, type Due, failed, firstAddress, type SourceOf, timedOut } from "./probe.ts";

type Headers = Record<string, string | string[] | undefined>;
const readHeader = (headers: Headers) => (name: string) => {
  const value = headers[name.toLowerCase()];
  return Array.isArray(value) ? value.join(", ") : value;
};

/** Reads to the end, for that is when the answer is whole; keeps at most 64 KiB of it. */
const drain = async (body: AsyncIterable<Buffer>, keep: boolean): Promise<string> => {
  const kept: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    if (!keep || bytes >= BODY_BYTES) continue;
    kept.push(chunk.subarray(0, BODY_BYTES - bytes));
    bytes += kept.at(-1)!.length;
  }
  return Buffer.concat(kept).toString("utf8");
};

export const http: SourceOf<"http"> = (params, { clock, mesh, good, denied }) => {
  const target = new URL(params.url ?? `http://${firstAddress(mesh, params.to!)}${params.path}`);
  const path = params.url === undefined ? params.path : `${target.pathname}${target.search}`;
  denied.check(target.hostname);
  // The prober's own clock ends a look; undici's would end it by another reckoning. Redirects are never followed.
  const connect = guardedConnector(denied);
  const pool = new Pool(target.origin, { pipelining: 1, headersTimeout: 0, bodyTimeout: 0, connect });
  const body = params.json === undefined ? (params.body ?? null) : JSON.stringify(params.json);
  const headers = {
    "user-agent": "squall",
    ...(params.json === undefined ? {} : { "content-type": "application/json" }),
    ...params.headers,
  };
  const keep = good.body !== undefined || good.json !== undefined;

  const look = async ({ intendedMs, giveUpMs }: Due) => {
    const abort = new AbortController();
    const alarm = clock.wake(giveUpMs, () => abort.abort());
    const elapsed = () => clock.nowMs() - intendedMs;
    try {
      const answer = await pool.request({ method: params.method, path, headers, body, signal: abort.signal });
      const text = await drain(answer.body, keep);
      const header = readHeader(answer.headers);
      const seen: Seen = { kind: "seen", latencyMs: elapsed(), status: answer.statusCode, header };
      return keep ? { ...seen, body: text } : seen;
    } catch (error) {
      return abort.signal.aborted ? timedOut(elapsed(), giveUpMs - intendedMs) : failed(error, elapsed());
    } finally {
      alarm.cancel();
    }
  };
  return { kind: "active", look, close: () => pool.destroy() };
};
