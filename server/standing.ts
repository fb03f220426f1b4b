/** How things stand in a term, for a scrape of the metrics. */
import { type Clock, within } from "./clock.ts";
import { IDLE, type Standing } from "./metrics.ts";
import type { Term } from "./term.ts";

/** A scrape waits no longer for the database; Prometheus gives up after 10 s by default. */
const PENDING_WITHIN_MS = 1_000;

const pendingOf = ({ webhooks }: Term, clock: Clock): Promise<Standing["pending"]> =>
  within(clock, PENDING_WITHIN_MS, webhooks.pending(), () => new Error("the database is slow")).catch(() => null);

export const standingOf = async (term: Term | null, clock: Clock, clockOffsetMs = 0): Promise<Standing> => {
  if (term === null) return { ...IDLE, clockOffsetMs };
  const pending = await pendingOf(term, clock);
  const present = term.fleet.instanceStates();
  const count = (of: (typeof present)[number]["state"]) => present.filter(({ state }) => state === of).length;
  const live = term.runs.all().filter(({ isOver }) => !isOver);
  const queued = live.filter(({ run }) => run.at === "queued");
  const sinceMs = queued.reduce((oldest, { origin }) => Math.min(oldest, origin.startedMs), clock.wallMs());
  return {
    ...{ leads: true, epoch: term.epoch, halted: term.runs.isHalted, pending, clockOffsetMs },
    runs: { live: live.length - queued.length, queued: queued.length },
    oldestQueuedMs: Math.max(0, clock.wallMs() - sinceMs),
    residueOpen: term.runs.residueOpen,
    liveFaults: term.fleet
      .agents()
      .reduce((sum, agent) => sum + (agent.link === null ? 0 : agent.liveFaults().length), 0),
    agents: { ready: count("ready"), connecting: count("connecting"), gone: count("gone") },
    oldestPulseMs: present.reduce((longest, { silentMs }) => Math.max(longest, silentMs), 0),
  };
};
