/** How things stand in a term, for a scrape of the metrics. */
import type { Clock } from "./clock.ts";
import { IDLE, type Standing } from "./metrics.ts";
import type { Term } from "./term.ts";

export const standingOf = (term: Term | null, clock: Clock, clockOffsetMs = 0): Standing => {
  if (term === null) return { ...IDLE, clockOffsetMs };
  const agents = term.fleet.agents().filter(({ link }) => link !== null);
  const pulses = agents.flatMap(({ pulse }) => (pulse === null ? [] : [clock.nowMs() - pulse.atMs]));
  const live = term.runs.all().filter(({ isOver }) => !isOver);
  const queued = live.filter(({ run }) => run.at === "queued").length;
  return {
    ...{ leads: true, epoch: term.epoch, halted: term.runs.isHalted, clockOffsetMs },
    runs: { live: live.length - queued, queued },
    liveFaults: agents.reduce((sum, agent) => sum + agent.live().length, 0),
    agents: { connected: agents.length, ready: term.fleet.ready().length },
    oldestPulseMs: pulses.length === 0 ? null : Math.max(...pulses),
  };
};
