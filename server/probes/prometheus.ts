/** Asks a Prometheus server for the value of a query at this moment. What cannot be asked is errored, never bad. */
import { Pool } from "undici";
import type { Sample } from "../../experiments/model/good.ts";
import { formatSize } from "../../experiments/model/units.ts";
import { guardedConnector } from "../security/deny.ts";
import type { SourceOf } from "./probe.ts";

/** Of an answer: five thousand series have 750 KB. */
const MOST_READ = 1_048_576;

/** Prometheus writes numbers as text; `+Inf` is not what Number() reads. */
const numberOf = (text: string) => Number(text.replace(/^([+-]?)Inf$/, "$1Infinity"));
const fieldOf = (value: unknown, key: string): unknown =>
  typeof value === "object" && value !== null && Object.hasOwn(value, key)
    ? (value as Record<string, unknown>)[key]
    : undefined;
const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** The scalar, or the first series of the vector; else a sentence. Looks at no other series: there may be any number. */
export const readValue = (text: string, capture = false): number | string => {
  const document = parsed(text);
  if (document === undefined) return `the answer is not JSON${quoted(text, capture)}`;
  const data = fieldOf(document, "data");
  const result = fieldOf(data, "result");
  const type = fieldOf(data, "resultType");
  if (fieldOf(document, "status") !== "success" || !Array.isArray(result) || (type !== "scalar" && type !== "vector"))
    return `expected a scalar or a vector, got something else${quoted(text, capture)}`;
  if (type === "vector" && result.length === 0) return "the query matches no series";
  const point = type === "scalar" ? result : fieldOf(result[0], "value");
  const value = Array.isArray(point) && point.length === 2 ? point[1] : undefined;
  return typeof value === "string" && value !== ""
    ? numberOf(value)
    : `expected a value of two parts, the second a number as text${quoted(text, capture)}`;
};
/** Prometheus names the kind of its errors by one word, such as `bad_data`. */
const refusal = (statusCode: number, text: string, capture: boolean): string => {
  const type = fieldOf(parsed(text), "errorType");
  const word = typeof type === "string" && /^[a-z_]{1,32}$/.test(type) ? ` (${type})` : "";
  return `Prometheus answered ${statusCode}${word}${quoted(text, capture)}`;
};
/** Whole: secrets are taken out before it is cut. */
const quoted = (text: string, capture: boolean): string => (capture ? `: ${text}` : "; `capture: true` shows it");

const readBounded = async (body: AsyncIterable<Buffer>): Promise<string | null> => {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > MOST_READ) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
};

export const prometheus: SourceOf<"prometheus"> = ({ url, query, headers }, { clock, denied, capture }) => {
  const base = new URL(url);
  denied.check(base.hostname);
  const pool = new Pool(base.origin, { connect: guardedConnector(denied) });
  const path = `${base.pathname.replace(/\/$/, "")}/api/v1/query?query=${encodeURIComponent(query)}`;
  const ask = async (signal: AbortSignal): Promise<number | string> => {
    const { statusCode, body } = await pool.request({ method: "GET", path, headers, signal });
    const text = await readBounded(body);
    if (text === null) return `the answer is longer than ${formatSize(MOST_READ)}: ask for fewer series`;
    return statusCode === 200 ? readValue(text, capture) : refusal(statusCode, text, capture);
  };
  return {
    kind: "active",
    look: async ({ intendedMs, giveUpMs }): Promise<Sample> => {
      const abort = new AbortController();
      const alarm = clock.wake(giveUpMs, () => abort.abort());
      try {
        const value = await ask(abort.signal);
        if (typeof value === "string") return { kind: "errored", why: value };
        return { kind: "seen", latencyMs: clock.nowMs() - intendedMs, value };
      } catch (error) {
        const why = abort.signal.aborted ? `no answer within ${giveUpMs - intendedMs} ms` : (error as Error).message;
        return { kind: "errored", why: `Prometheus could not be asked: ${why}` };
      } finally {
        alarm.cancel();
      }
    },
    close: () => pool.destroy(),
  };
};
