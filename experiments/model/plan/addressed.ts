/** Services of a plan whose instances matter: callees of struck and watched edges, and services that a probe addresses. */

import { edgeEnds, type ServiceName } from "../names.ts";
import type { ProbeAction } from "../probes/index.ts";
import { serviceOfTarget } from "../probes/target.ts";
import { watchedEdges } from "./agents.ts";
import { type Plan, struckEdges } from "./plan.ts";

const targetOf = ({ kind, params }: ProbeAction): readonly ServiceName[] =>
  (kind === "http" || kind === "tcp") && params.to !== undefined ? [serviceOfTarget(params.to)] : [];

/** The names, each once. */
export const addressedServices = (plan: Plan): readonly ServiceName[] => {
  const callees = [...struckEdges(plan), ...watchedEdges(plan)].map((edge) => edgeEnds(edge)[1]);
  const probed = [...plan.expectations, ...plan.guardrails].flatMap(({ probe }) => targetOf(probe));
  return [...new Set([...callees, ...probed])];
};
