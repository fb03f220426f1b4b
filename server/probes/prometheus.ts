/**
 * Prometheus probe: asks a Prometheus server for the present value of a query. A failed query is errored, never bad.
 */

import type { ProbeParams } from "../../experiments/model/probes/index.ts";
import type { SampleObstacle } from "../../experiments/model/sample/errored.ts";
import type { Sample } from "../../experiments/model/sample/sample.ts";
import { formatSize } from "../../experiments/model/units/size.ts";
import { guardedConnector } from "../security/deny.ts";
import { undici } from "../undici.ts";
import type { ProbeOpener } from "./probe.ts";

/** Most bytes of an answer: five thousand series have 750 KB. */
const MOST_READ = 1_048_576;

/** Number from text, as Prometheus writes numbers; Number() does not read `+Inf`. */
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

/**
 * Reading of a scalar or a vector of a single series: the number, the reason why there is none, or "empty" for an empty
 * vector.
 */
type Reading = { readonly value: number } | SampleObstacle | "empty";
const notOneNumber = (why: string): SampleObstacle => ({ cause: "not one number", why });

/**
 * Reads an answer to an instant query. Of many series only the number of series is read: names and values may be
 * arbitrary.
 */
export const parseValue = (text: string, capture = false): Reading => {
  const document = parsed(text);
  if (document === undefined) return notOneNumber(`the answer is not JSON${quoted(text, capture)}`);
  const data = fieldOf(document, "data");
  const result = fieldOf(data, "result");
  const type = fieldOf(data, "resultType");
  if (fieldOf(document, "status") !== "success" || !Array.isArray(result) || (type !== "scalar" && type !== "vector"))
    return notOneNumber(`expected a scalar or a vector, got something else${quoted(text, capture)}`);
  if (type === "vector" && result.length === 0) return "empty";
  if (type === "vector" && result.length > 1)
    return notOneNumber(`the query matches ${result.length} series: aggregate them, such as max(…)`);
  const point = type === "scalar" ? result : fieldOf(result[0], "value");
  const written = Array.isArray(point) && point.length === 2 ? point[1] : undefined;
  if (typeof written !== "string" || written === "")
    return notOneNumber(`expected a value of two parts, the second a number as text${quoted(text, capture)}`);
  const value = numberOf(written);
  return Number.isNaN(value) ? notOneNumber("the value is NaN, such as 0 / 0 in the query") : { value };
};
const NO_SERIES = "the query matches no series";
/**
 * Sample of a reading. An empty answer is 0, bad or errored, as the file says: a counter that has not counted yet is no
 * series either.
 */
const sampleOf = (reading: Reading, empty: ProbeParams<"prometheus">["empty"], latencyMs: number): Sample => {
  if (reading !== "empty")
    return "why" in reading ? { kind: "errored", ...reading } : { kind: "seen", latencyMs, value: reading.value };
  if (empty === 0) return { kind: "seen", latencyMs, value: 0 };
  return empty === "bad"
    ? { kind: "seen", latencyMs, failure: NO_SERIES }
    : {
        kind: "errored",
        cause: "not one number",
        why: `${NO_SERIES}: if none means 0, write \`… or vector(0)\` or set \`empty: 0\``,
      };
};
/** Refusal by Prometheus, which names the kind of an error by a single word, such as `bad_data`. */
const refusal = (statusCode: number, text: string, capture: boolean): string => {
  const type = fieldOf(parsed(text), "errorType");
  const word = typeof type === "string" && /^[a-z_]{1,32}$/.test(type) ? ` (${type})` : "";
  return `Prometheus answered ${statusCode}${word}${quoted(text, capture)}`;
};
/** Text quoted in full: secrets are redacted before the text is cut. */
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

export const prometheus: ProbeOpener<"prometheus"> = ({ url, query, headers, empty }, { clock, denied, capture }) => {
  const base = new URL(url);
  denied.check(base.hostname);
  const pool = new (undici().Pool)(base.origin, { connect: guardedConnector(denied) });
  const path = `${base.pathname.replace(/\/$/, "")}/api/v1/query?query=${encodeURIComponent(query)}`;
  const ask = async (signal: AbortSignal): Promise<Reading> => {
    const { statusCode, body } = await pool.request({ method: "GET", path, headers, signal });
    const text = await readBounded(body);
    if (text === null) return notOneNumber(`the answer is longer than ${formatSize(MOST_READ)}: ask for fewer series`);
    return statusCode === 200
      ? parseValue(text, capture)
      : { cause: "prometheus refusal", why: refusal(statusCode, text, capture) };
  };
  return {
    kind: "active",
    sample: async ({ intendedMs, giveUpMs }): Promise<Sample> => {
      const abort = new AbortController();
      const alarm = clock.wake(giveUpMs, () => abort.abort());
      try {
        const reading = await ask(abort.signal);
        return sampleOf(reading, empty, clock.nowMs() - intendedMs);
      } catch (error) {
        const why = abort.signal.aborted ? `no answer within ${giveUpMs - intendedMs} ms` : (error as Error).message;
        return { kind: "errored", cause: "prometheus unreachable", why: `Prometheus could not be asked: ${why}` };
      } finally {
        alarm.cancel();
      }
    },
    close: () => pool.destroy(),
  };
};
