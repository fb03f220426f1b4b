/**
 * Presence of a run's agents: those that left in order, and faults that no agent holds any more. A fault is held without
 * a gap as long as, at each leave, another agent holds the fault on the same edge.
 */

import { type AgentBoot, type EdgeId, type FaultName, faultId, spellEdge } from "../names.ts";
import { ownProperty } from "../own-property.ts";
import { holdsFault } from "../plan/agents.ts";
import { bareTargets } from "../plan/selections.ts";
import { list } from "../text/words.ts";
import type { Facts } from "../verdict/facts.ts";

/** True: an agent of the run that has not left. */
export const isPresent = ({ agents, left }: Pick<Facts, "agents" | "left">, boot: AgentBoot): boolean =>
  ownProperty(left, boot) === undefined && agents.some((agent) => agent.boot === boot);

/** True: the agent holds the ordered faults, as far as it was sent any. A joiner does from its first applied order on. */
const holdsOrders = ({ joins }: Facts, boot: AgentBoot): boolean => {
  const join = ownProperty(joins, boot);
  return join === undefined || join.appliedMs !== null;
};

/** Faults of these names, each with an edge on which some agent held the fault and no present agent does. */
const unheldOf = (run: Facts, names: readonly FaultName[]): readonly { fault: FaultName; edge: EdgeId }[] =>
  run.plan.faults
    .filter(({ name }) => names.includes(name))
    .flatMap(({ name, targets }) =>
      targets.flatMap(({ edge }) => {
        const holders = run.agents.filter((agent) => holdsFault(agent, faultId(run.plan.run, name, edge)));
        const isHeld = holders.some(({ boot }) => isPresent(run, boot) && holdsOrders(run, boot));
        return holders.length === 0 || isHeld ? [] : [{ fault: name, edge }];
      }),
    );

/** Sentence on a fault that no agent holds since agents left; null: each of these faults is held. */
const unheldReason = (run: Facts, names: readonly FaultName[]): string | null => {
  const [first] = unheldOf(run, names);
  if (first === undefined) return null;
  const left = run.agents.filter(({ boot }) => ownProperty(run.left, boot) !== undefined);
  return `No agent held ${first.fault} on ${spellEdge(first.edge)} any more once ${list(left.map(({ instance }) => instance))} had left.`;
};
/** Sentence on a fault whose selected instances of the callee are all gone; null: each fault has some. */
const bareReason = ({ plan, instances }: Facts, names: readonly FaultName[]): string | null => {
  const faults = plan.faults.filter(({ name }) => names.includes(name));
  const bare = faults.flatMap((fault) => bareTargets(plan, fault, instances).map(({ edge }) => ({ fault, edge })));
  const [first] = bare;
  return first === undefined
    ? null
    : `No instance that ${first.fault.name} selects is left on ${spellEdge(first.edge)}.`;
};
/**
 * Sentence on why a fault of these acts nowhere, because agents left or instances went; null: each can act. Such a
 * time is a gap in the evidence.
 */
export const gapReason = (run: Facts, names: readonly FaultName[]): string | null =>
  unheldReason(run, names) ?? bareReason(run, names);
