/** Check of a fault order against the order's edge, before the fault goes live. */

import { isKnownFault, protocolsOf } from "../../experiments/model/faults/scope.ts";
import { compileMatch } from "../../experiments/model/match/compile.ts";
import type { Protocol } from "../../experiments/model/mesh/mesh.ts";
import type { FaultOrder } from "../contract/messages.ts";
import { createBehaviour } from "./create-behaviour.ts";
import { unitOn } from "./live-fault.ts";

/**
 * Returns why this agent cannot honour an order on such an edge, or null. A refused order would throw on going live.
 */
export const checkOrder = (order: FaultOrder, protocol: Protocol): string | null => {
  const { kind } = order.action;
  if (!isKnownFault(kind)) return `fault "${order.name}": this agent does not know the kind "${kind}"`;
  if (!protocolsOf(kind).includes(protocol)) return `fault "${order.name}": ${kind} does nothing on a ${protocol} edge`;
  if (order.match !== null && unitOn(order, protocol) === "connection")
    return `fault "${order.name}": ${kind} strikes whole connections here, so it cannot match requests`;
  try {
    if (order.match !== null) compileMatch(order.match);
    createBehaviour(order.action);
  } catch (error) {
    return `fault "${order.name}": ${error instanceof Error ? error.message : String(error)}`;
  }
  return null;
};
