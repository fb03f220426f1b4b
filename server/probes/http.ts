/** HTTP probe: sends a request per sample, over kept-alive connections, as many as the open loop needs. */
import type { Pool } from "undici";
import type { Mesh } from "../../experiments/model/mesh/mesh.ts";
import { addressesOfTarget } from "../../experiments/model/probes/target.ts";
import type { SampleObstacle } from "../../experiments/model/sample/errored.ts";
import type { AnsweredSample, Sample } from "../../experiments/model/sample/sample.ts";
import { formatSize } from "../../experiments/model/units/size.ts";
import { guardedConnector } from "../security/deny.ts";
import { undici } from "../undici.ts";
import {
  addressesOf,
  bodyTooLarge,
  failedSample,
  type ProbeOpener,
  roundRobin,
  type SampleRequest,
  timedOutSample,
} from "./probe.ts";
import { tracer } from "./trace.ts";

type Headers = Record<string, string | string[] | undefined>;
const readHeader = (headers: Headers) => (name: string) => {
  const value = headers[name.toLowerCase()];
  return Array.isArray(value) ? value.join(", ") : value;
};

/** Most bytes read of an answer: an endless answer is not read for ever, even within the time limit. */
const MOST_READ = 16_777_216;

type Read = { readonly body: string } | { readonly unread: SampleObstacle } | { readonly endless: string };
/** Reads the answer to the end, which is when the answer is complete; keeps up to `limit` bytes. */
const drain = async (answer: AsyncIterable<Buffer>, limit: number): Promise<Read> => {
  const kept: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of answer) {
    bytes += chunk.length;
    if (bytes <= limit) kept.push(chunk);
    else kept.length = 0;
    if (bytes > MOST_READ) return { endless: `the answer is longer than ${formatSize(MOST_READ)}: it was not read on` };
  }
  return bytes > limit ? { unread: bodyTooLarge("the body", limit) } : { body: Buffer.concat(kept).toString("utf8") };
};
/** Obstacle of a compressed body. Bodies are not decompressed: a few bytes may become gigabytes. */
const packed = (encoding: string | undefined): { readonly unread: SampleObstacle } | null =>
  encoding === undefined || /^\s*(?:identity)?\s*$/i.test(encoding)
    ? null
    : {
        unread: {
          cause: "body encoded",
          why: "the body came with a content-encoding, so it was not judged: send no `accept-encoding` header",
        },
      };

export const http: ProbeOpener<"http"> = (params, { clock, mesh, good, denied, mark }) => {
  const { to } = params;
  const url = params.url === undefined ? null : new URL(params.url);
  const path = url === null ? params.path : `${url.pathname}${url.search}`;
  // The prober's own clock ends a sample; undici's timeouts are measured differently. Redirects are never followed.
  const connect = guardedConnector(denied);
  const { Pool } = undici();
  const pools = new Map<string, Pool>();
  /** Pools of instances that went, on which samples are still under way. */
  const leaving = new Set<Pool>();
  const poolOf = (origin: string): Pool => {
    const pool = pools.get(origin) ?? new Pool(origin, { pipelining: 1, headersTimeout: 0, bodyTimeout: 0, connect });
    pools.set(origin, pool);
    return pool;
  };
  const targetsAt = (addresses: readonly string[]) =>
    addresses.map((address) => ({
      pool: poolOf(new URL(`http://${address}`).origin),
      named: addresses.length > 1 ? { endpoint: address } : {},
    }));
  const addresses = to === undefined ? [] : addressesOf(mesh, to);
  for (const { hostname } of url === null ? addresses.map((address) => new URL(`http://${address}`)) : [url])
    denied.check(hostname);
  let next = roundRobin(url === null ? targetsAt(addresses) : [{ pool: poolOf(url.origin), named: {} }]);
  const readdress = (present: Pick<Mesh, "services">) => {
    const news = to === undefined ? [] : addressesOfTarget(present, to);
    // A probe of an endpoint that is gone goes on to ask there: its samples tell.
    if (news.length === 0) return;
    const targets = targetsAt(news);
    next = roundRobin(targets);
    const kept = new Set(targets.map(({ pool }) => pool));
    for (const [origin, pool] of pools) {
      if (kept.has(pool)) continue;
      pools.delete(origin);
      // Samples under way there get their answers first.
      leaving.add(pool);
      pool.close().then(
        () => leaving.delete(pool),
        () => leaving.delete(pool),
      );
    }
  };
  const body = params.json === undefined ? (params.body ?? null) : JSON.stringify(params.json);
  const headers = {
    "user-agent": "squall",
    ...(params.json === undefined ? {} : { "content-type": "application/json" }),
    ...params.headers,
  };
  const trace = tracer(mark, { sampled: params.trace === "sampled", given: params.headers });
  const keep = good.body !== undefined || good.json !== undefined;

  const sample = async (request: SampleRequest): Promise<Sample> => {
    const { pool, named } = next();
    return { ...(await send(pool, request)), ...named };
  };
  const send = async (pool: Pool, { intendedMs, giveUpMs, number }: SampleRequest): Promise<Sample> => {
    const abort = new AbortController();
    const alarm = clock.wake(giveUpMs, () => abort.abort());
    const elapsed = () => clock.nowMs() - intendedMs;
    try {
      const answer = await pool.request({
        ...{ method: params.method, path, body, signal: abort.signal },
        headers: { ...headers, ...trace(number) },
      });
      const read = await drain(answer.body, keep ? params.maxBody : 0);
      if ("endless" in read) return { kind: "errored", cause: "body too large", why: read.endless };
      const header = readHeader(answer.headers);
      const seen: AnsweredSample = { kind: "seen", latencyMs: elapsed(), status: answer.statusCode, header };
      return keep ? { ...seen, ...(packed(header("content-encoding")) ?? read) } : seen;
    } catch (error) {
      return abort.signal.aborted ? timedOutSample(elapsed(), giveUpMs - intendedMs) : failedSample(error, elapsed());
    } finally {
      alarm.cancel();
    }
  };
  const close = async () => {
    await Promise.all([...pools.values(), ...leaving].map((pool) => pool.destroy()));
  };
  return { kind: "active", sample, close, readdress };
};
