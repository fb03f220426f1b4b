/** The status of a server, for a scrape of the metrics. */
import { type Clock, within } from "../clock.ts";
import type { InstanceStanding } from "../fleet/agent-registry.ts";
import { NOT_LEADING, type ServerStatus, TRANSPORT_TIERS, type TransportTier } from "../metrics/metrics.ts";
import type { ControlPlane } from "./control-plane.ts";

/** Longest wait of a scrape for the database; Prometheus gives up after 10 s by default. */
const PENDING_TIMEOUT_MS = 1_000;

const pendingOf = ({ webhooks }: ControlPlane, clock: Clock): Promise<ServerStatus["pending"]> =>
  within(clock, PENDING_TIMEOUT_MS, webhooks.pending(), () => new Error("the database is slow")).catch(() => null);

const isTier = (tier: string | null): tier is TransportTier =>
  tier !== null && (TRANSPORT_TIERS as readonly string[]).includes(tier);
const countTiers = (present: readonly InstanceStanding[]): ServerStatus["transports"] => {
  const counts = { ...NOT_LEADING.transports };
  for (const { state, tier } of present) if (state !== "gone") counts[isTier(tier) ? tier : "unknown"]++;
  return counts;
};

export const readServerStatus = async (
  controlPlane: ControlPlane | null,
  clock: Clock,
  clockOffsetMs = 0,
): Promise<ServerStatus> => {
  if (controlPlane === null) return { ...NOT_LEADING, clockOffsetMs };
  const pending = await pendingOf(controlPlane, clock);
  const present = controlPlane.fleet.instanceStates();
  const count = (of: (typeof present)[number]["state"]) => present.filter(({ state }) => state === of).length;
  const live = controlPlane.runs.all().filter(({ isOver }) => !isOver);
  const queued = live.filter(({ run }) => run.at === "queued");
  const sinceMs = queued.reduce((oldest, { origin }) => Math.min(oldest, origin.startedMs), clock.wallMs());
  return {
    ...{ leads: true, epoch: controlPlane.epoch, halted: controlPlane.runs.isHalted, pending, clockOffsetMs },
    runs: { live: live.length - queued.length, queued: queued.length },
    oldestQueuedMs: Math.max(0, clock.wallMs() - sinceMs),
    residueOpen: controlPlane.runs.residueOpen,
    liveFaults: controlPlane.fleet
      .agents()
      .reduce((sum, agent) => sum + (agent.link === null ? 0 : agent.liveFaults().length), 0),
    agents: { ready: count("ready"), connecting: count("connecting"), gone: count("gone") },
    transports: countTiers(present),
    oldestPulseMs: present.reduce((longest, { silentMs }) => Math.max(longest, silentMs), 0),
  };
};
