/** Traffic of each edge in a run's baseline, against which harm is measured until the run ends. */
import type { EdgeTraffic } from "../../experiments/model/blast-radius/harm.ts";
import type { EdgeId } from "../../experiments/model/names.ts";
import type { EdgeDelta } from "./edge-counts.ts";
import { addCells, CELLS, quantileMs } from "./latency-cells.ts";

interface EdgeBaseline {
  exchanges: number;
  failed: number;
  unanswered: number;
  /** Most exchanges that were seen under way at once. */
  open: number;
  readonly cells: Uint32Array;
  /** Times of the first and the last report. */
  readonly firstMs: number;
  lastMs: number;
}
/** Seconds that each report covers. */
const PULSE_S = 1;

export class TrafficBaseline {
  readonly #edges = new Map<EdgeId, EdgeBaseline>();

  add({ edge: id, counts, latencies }: EdgeDelta, nowMs: number): void {
    const edge = this.#edges.get(id) ?? empty(nowMs);
    this.#edges.set(id, edge);
    edge.exchanges += counts.exchanges;
    edge.failed += counts.failed;
    edge.unanswered += counts.unanswered;
    edge.lastMs = nowMs;
    addCells(edge.cells, latencies);
  }
  /** Takes the numbers of exchanges under way at this moment. */
  sawOpen(openOn: (edge: EdgeId) => number): void {
    for (const [id, edge] of this.#edges) edge.open = Math.max(edge.open, openOn(id));
  }
  passed(id: EdgeId): EdgeTraffic | null {
    const edge = this.#edges.get(id);
    if (edge === undefined) return null;
    const { exchanges, failed, unanswered, open, cells, firstMs, lastMs } = edge;
    const perSecond = exchanges / ((lastMs - firstMs) / 1_000 + PULSE_S);
    return { exchanges, failed, unanswered, open, perSecond, p95Ms: quantileMs(cells, 0.95) };
  }
}
const empty = (nowMs: number): EdgeBaseline => ({
  ...{ exchanges: 0, failed: 0, unanswered: 0, open: 0, cells: new Uint32Array(CELLS), firstMs: nowMs, lastMs: nowMs },
});
