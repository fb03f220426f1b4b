/** Share key: the part of an exchange that the decision of a share sticks to. */
import type { RequestView } from "../../experiments/model/match/match.ts";
import { drawKeyOf } from "../../experiments/model/probes/mark.ts";
import type { Candidate } from "./candidate.ts";
import type { LiveFault } from "./live-fault.ts";

/**
 * Returns the key; null: the exchange does not have the key, so the fault spares the exchange. `ordinal`: among the
 * exchanges that this fault matched.
 */
export const shareKey = (
  fault: LiveFault,
  { connection, request, marked }: Candidate,
  ordinal: number,
): string | number | null => {
  const { run, share } = fault.order;
  const { by } = share;
  const sample = marked?.run === run ? marked : null;
  // Ordinals depend on the other traffic. A probe's exchange is drawn by sample number and count instead, so that a
  // seed hits the same samples in each run.
  if (by === "request") return sample?.drawKeyIn(fault.order.id) ?? ordinal;
  if (by === "connection") return fault.connectionOrdinal(connection);
  // Trace ids of probes differ from run to run. By sample number a seed hits the same samples again.
  if (by === "trace" && sample !== null) return drawKeyOf(sample);
  if (by === "trace") return traceOf(request);
  return request?.header(by.slice("header:".length).toLowerCase()) ?? null;
};

/**
 * Trace id from W3C Trace Context (version-traceid-parent-flags), else from B3, else from the header that many gateways
 * set.
 */
const traceOf = (request: RequestView | null): string | null =>
  request?.header("traceparent")?.split("-")[1] ??
  request?.header("x-b3-traceid") ??
  request?.header("x-request-id") ??
  null;
