/** Appearance of a drawn edge, which may stand for several mesh edges. Pure. */

import { type Health, healthOf } from "../../experiments/model/blast-radius/health.ts";
import { STATE_WORDS } from "../../experiments/model/blast-radius/service-state.ts";
import type { EdgeId } from "../../experiments/model/names.ts";
import type { DamagedEdge } from "../../server/contract/index.ts";
import { type MeshStatus, worstAffected } from "./mesh-status.ts";
import { type Throughput, throughputOf } from "./throughput.ts";

const edgesIn = ({ edges }: MeshStatus, ids: readonly EdgeId[]) => ids.flatMap((id) => edges.get(id) ?? []);
export const passingOn = (standing: MeshStatus, ids: readonly EdgeId[]): Throughput | null =>
  throughputOf(edgesIn(standing, ids).flatMap(({ traffic }) => traffic ?? []));

/** Colour class of an edge. `quiet`: the caller hardly sends requests any more. */
export type Tone = Health | "quiet" | "idle" | "unwatched";
/** Strokes of an edge grow by the logarithm of the rate, in steps, so that the width does not flicker. */
const MOST_WEIGHT = 5;
export const weightOf = (perSecond: number): number =>
  perSecond <= 0 ? 0 : Math.min(MOST_WEIGHT, Math.max(0, Math.round(Math.log10(perSecond) * 1.5)));

export interface Paint {
  readonly tone: Tone;
  readonly weight: number;
  /** A run strikes this edge now or later. */
  readonly struck: boolean;
}
/** `passing`: the edge's traffic; null: no agent watches the edge. */
const toneOf = (passing: Throughput | null, how: DamagedEdge["how"] | null): Tone => {
  if (passing === null) return "unwatched";
  const health = healthOf(passing, how);
  if (health !== "healthy") return health;
  if (how === "quiet") return "quiet";
  return passing.errors === null && passing.open === 0 ? "idle" : "healthy";
};
export const TONE_WORDS: Readonly<Record<Tone, string>> = { ...STATE_WORDS, quiet: "quiet" };
export const paintOf = (standing: MeshStatus, ids: readonly EdgeId[]): Paint => {
  const edges = edgesIn(standing, ids);
  const traffic = edges.flatMap((edge) => edge.traffic ?? []);
  const damaged = worstAffected(edges.flatMap((edge) => edge.damaged ?? []));
  const passing = throughputOf(traffic);
  return {
    tone: toneOf(passing, damaged?.how ?? null),
    weight: weightOf(passing?.perSecond ?? 0),
    struck: edges.some((edge) => edge.struck),
  };
};
