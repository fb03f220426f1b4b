/** The agent fleet for display: counts, text search, and groups by service. Pure. */
import { spellEdge } from "../../experiments/model/names.ts";
import type { AgentView } from "../../server/contract/index.ts";
import { groupBy } from "../ui/grouped.ts";
import { heldFaultOf } from "./agent-status.ts";

export interface Counts {
  readonly connected: number;
  readonly lost: number;
  /** Number of agents with live faults. */
  readonly faulty: number;
  /** Number of connected agents that cannot serve some of the assigned edges. */
  readonly failing: number;
  /** The most frequent first. */
  readonly versions: readonly (readonly [version: string, agents: number])[];
}
const count = <T>(all: readonly T[], meant: (one: T) => boolean): number => all.filter(meant).length;

export const countsOf = (agents: readonly AgentView[]): Counts => {
  const known = agents.filter(({ version }) => version !== "");
  const versions = [...groupBy(known, ({ version }) => version)].map(
    ([version, own]) => [version, own.length] as const,
  );
  return {
    connected: count(agents, ({ connected }) => connected),
    lost: count(agents, ({ connected }) => !connected),
    faulty: count(agents, ({ live }) => live.length > 0),
    failing: count(agents, ({ connected, failed }) => connected && failed.length > 0),
    versions: versions.sort(([a, ofA], [b, ofB]) => ofB - ofA || (a < b ? -1 : 1)),
  };
};

const saidOf = ({ instance, service, version, labels, edges, live }: AgentView): string =>
  [
    ...[instance, service ?? "", version],
    ...Object.entries(labels).map(([key, value]) => `${key}=${value}`),
    ...[...edges, ...live],
    ...[...edges, ...live.flatMap((id) => heldFaultOf(id).edge ?? [])].map(spellEdge),
  ]
    .join("\n")
    .toLowerCase();
/** Agents matching the search: the displayed text contains every word of `text`. */
export const matching = (agents: readonly AgentView[], text: string): readonly AgentView[] => {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return agents;
  return agents.filter((agent) => {
    const said = saidOf(agent);
    return words.every((word) => said.includes(word));
  });
};

export interface Group {
  /** null: agents that stand for every caller. */
  readonly service: string | null;
  readonly agents: readonly AgentView[];
  readonly lost: number;
}
/**
 * Groups sorted by service name, the every-caller group last. Agents keep the order of the API, so that no row jumps.
 */
export const groupsOf = (agents: readonly AgentView[]): readonly Group[] =>
  [...groupBy(agents, ({ service }) => service)]
    .map(([service, own]) => ({ service, agents: own, lost: count(own, ({ connected }) => !connected) }))
    .sort((a, b) => (a.service === null ? 1 : b.service === null ? -1 : a.service < b.service ? -1 : 1));
