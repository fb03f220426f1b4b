/** Words on faults that the redirect serves: what the application sees, and which connections are out of reach. */
import { type EdgePlace, edgeAt } from "../names.ts";
import type { PlannedFault } from "./plan.ts";

/** The agent dials the application anew, from the machine of both. */
const AT_CALLEE = [
  "the application sees an address of its own machine as the peer",
  "connections from that machine, and from hosts of no declared caller, are out of reach",
];
const LEFT_OPEN = "connections that are older than the redirect are out of reach, and `existing: reset` would cut them";
const CUT =
  "when it begins, each connection that is older than the redirect is reset, whatever `match` and `share` say";

/** Parts of a sentence; empty: a fault at the caller that leaves older connections alone. */
export const redirectWords = (at: EdgePlace, existing: "reset" | undefined): readonly string[] => {
  const older = existing === undefined ? LEFT_OPEN : CUT;
  if (at === "callee") return [...AT_CALLEE, older];
  return existing === undefined ? [] : [CUT];
};
/** The same for a planned fault, whose targets are all at the same place. */
export const redirectWordsOf = ({ targets, existing }: Pick<PlannedFault, "targets" | "existing">): readonly string[] =>
  redirectWords(targets.some(({ edge }) => edgeAt(edge) === "callee") ? "callee" : "caller", existing);
