/** What a plan tells of faults on edges that come by the redirect: what the application sees, and what stays out of reach. */
import type { EdgePlace } from "../names.ts";

/** Place and treatment of older connections; absent `existing`: left alone. */
export interface RedirectedFault {
  readonly at: EdgePlace;
  readonly existing?: "reset";
}

/** The agent dials the application anew, from the machine of both. */
const AT_CALLEE = [
  "the application sees an address of its own machine as the peer",
  "connections from that machine, and from hosts of no declared caller, are out of reach",
];
const LEFT_OPEN = "connections that are older than the redirect are out of reach, and `existing: reset` would cut them";
const CUT =
  "when it begins, each connection that is older than the redirect is reset, whatever `match` and `share` say";

/** Parts of a sentence; empty: a fault at the caller that leaves older connections alone. */
export const redirectWords = ({ at, existing }: RedirectedFault): readonly string[] => {
  const reach = at === "callee" ? [LEFT_OPEN] : [];
  return [...(at === "callee" ? AT_CALLEE : []), ...(existing === undefined ? reach : [CUT])];
};
