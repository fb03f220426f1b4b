/** What the decision of a share sticks to. */
import type { RequestView } from "../../experiments/model/match/match.ts";
import { drawKeyOf } from "../../experiments/model/verdict/mark.ts";
import type { Candidate } from "./candidate.ts";
import type { LiveFault } from "./live-fault.ts";

/** null: the exchange does not have the key, so it is spared. `ordinal`: among what this fault matched. */
export const shareKey = (
  fault: LiveFault,
  { connection, request, marked }: Candidate,
  ordinal: number,
): string | number | null => {
  const { run, share } = fault.order;
  const { by } = share;
  const sample = marked?.run === run ? marked : null;
  // Ordinals hang on what else passes: by number and count a seed hits the same samples in each run, come what may.
  if (by === "request") return sample?.drawKeyIn(fault.order.id) ?? ordinal;
  if (by === "connection") return fault.connectionOrdinal(connection);
  // Trace ids of probes are drawn anew for each run: by the sample's number a seed hits the same ones again.
  if (by === "trace" && sample !== null) return drawKeyOf(sample);
  if (by === "trace") return traceOf(request);
  return request?.header(by.slice("header:".length).toLowerCase()) ?? null;
};

/** W3C Trace Context (version-traceid-parent-flags), then B3, then what many gateways set. */
const traceOf = (request: RequestView | null): string | null =>
  request?.header("traceparent")?.split("-")[1] ??
  request?.header("x-b3-traceid") ??
  request?.header("x-request-id") ??
  null;
