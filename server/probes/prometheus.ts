/** Asks a Prometheus server for the value of a query at this moment. What cannot be asked is errored, never bad. */
import { Pool } from "undici";
import { z } from "zod";
import type { Sample } from "../../experiments/model/good.ts";
import { guardedConnector } from "../security/deny.ts";
import type { SourceOf } from "./probe.ts";

const point = z.tuple([z.number(), z.string()]);
const answer = z.object({
  status: z.literal("success"),
  data: z.discriminatedUnion("resultType", [
    z.object({ resultType: z.literal("scalar"), result: point }),
    z.object({ resultType: z.literal("vector"), result: z.array(z.object({ value: point })) }),
  ]),
});
/** Prometheus writes numbers as text; `+Inf` is not what Number() reads. */
const numberOf = (text: string) => Number(text.replace(/^([+-]?)Inf$/, "$1Infinity"));

/** The scalar, or the first series of the vector. */
export const readValue = (text: string): number | string => {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    return "the answer is not JSON";
  }
  const { data, error } = answer.safeParse(document);
  if (data === undefined)
    return `expected a scalar or a vector, got ${text.slice(0, 200)} (${error.issues[0]?.message})`;
  const found = data.data.resultType === "scalar" ? data.data.result : data.data.result[0]?.value;
  return found === undefined ? "the query matches no series" : numberOf(found[1]);
};

export const prometheus: SourceOf<"prometheus"> = ({ url, query, headers }, { clock, denied }) => {
  const base = new URL(url);
  denied.check(base.hostname);
  const pool = new Pool(base.origin, { connect: guardedConnector(denied) });
  const path = `${base.pathname.replace(/\/$/, "")}/api/v1/query?query=${encodeURIComponent(query)}`;
  const ask = async (signal: AbortSignal): Promise<number | string> => {
    const { statusCode, body } = await pool.request({ method: "GET", path, headers, signal });
    const text = await body.text();
    return statusCode === 200 ? readValue(text) : `Prometheus answered ${statusCode}: ${text.slice(0, 200)}`;
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
