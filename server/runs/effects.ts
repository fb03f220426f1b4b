/** What each effect of a run does: one function each. Forgetting one does not compile. */
import type { Plan } from "../../experiments/model/plan.ts";
import type { Effect } from "../../experiments/model/run/effect.ts";
import { type Alarm, type Clock, every } from "../clock.ts";
import type { Agent } from "../fleet/agent.ts";
import type { Fleet } from "../fleet/fleet.ts";
import type { Happening } from "./happening.ts";
import type { Lookout } from "./lookout.ts";

const AGENTS_WITHIN_MS = 10_000;
const LOOK_MS = 50;

export interface Means {
  readonly clock: Clock;
  readonly plan: Plan;
  readonly fleet: Fleet;
  readonly post: (happening: Happening) => void;
  /** Throws when a probe cannot be opened. */
  readonly openLookout: () => Lookout;
  readonly publish: () => void;
  readonly log: (line: string) => void;
}
type Performers = { readonly [D in Effect["do"]]: (effect: Extract<Effect, { do: D }>) => void };

/** Whether anything of the run goes through an agent. */
const needsAgents = ({ faults, expectations, guardrails, mode }: Plan): boolean => {
  const counting = [...expectations, ...guardrails].some(
    ({ probe: { kind } }) => kind === "traffic" || kind === "ratio",
  );
  return counting || (mode !== "baseline" && faults.length > 0);
};

export const performers = (means: Means): Performers => {
  const { clock, plan, fleet, post, log } = means;
  let lookout: Lookout | null = null;
  let waiting: Alarm = { cancel() {} };

  const ready = (agents: readonly Agent[]) => {
    fleet.assign(
      plan.run,
      agents.map(({ boot }) => boot),
    );
    try {
      lookout = means.openLookout();
      lookout.start();
    } catch (error) {
      return post({ type: "failed", verdict: "INVALID", because: "mesh", reason: (error as Error).message });
    }
    post({ type: "ready", agents: agents.map(({ instance, boot }) => ({ instance, boot })) });
  };
  const awaitAgents = () => {
    const lastMs = clock.nowMs() + AGENTS_WITHIN_MS;
    waiting = every(clock, LOOK_MS, () => {
      const agents = fleet.ready();
      if (agents.length === 0 && clock.nowMs() < lastMs) return;
      waiting.cancel();
      if (agents.length > 0) return ready(agents);
      const reason = `no agent was connected within ${AGENTS_WITHIN_MS / 1_000} s, so nothing was injected`;
      post({ type: "failed", verdict: "HALTED", because: "agent-lost", reason });
    });
  };

  return {
    prepare: () => {
      const agents = fleet.ready();
      if (agents.length > 0 || !needsAgents(plan)) ready(agents);
      else awaitAgents();
    },
    observe: ({ phase }) => lookout?.observe(phase),
    settle: ({ phase }) => void lookout?.settle(phase),
    apply: ({ revision, faults }) => fleet.wish(plan.run, revision, faults),
    revert: ({ revision }) => fleet.revert(plan.run, revision),
    "tear-down": () => {
      waiting.cancel();
      fleet.leave(plan.run);
      lookout?.stop().catch((error: Error) => log(`${plan.run}: a probe did not stop: ${error.message}`));
    },
    publish: () => means.publish(),
  };
};

export const perform = (performers: Performers, effect: Effect): void =>
  (performers[effect.do] as (effect: Effect) => void)(effect);
