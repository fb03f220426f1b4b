/** Effect handlers of a run: a function for each effect. A missing handler does not compile. */

import { type Lack, lackOf, pickAgents } from "../../../experiments/model/plan/agents.ts";
import type { Plan } from "../../../experiments/model/plan/plan.ts";
import type { Effect } from "../../../experiments/model/run/effect.ts";
import type { UnstampedEvent } from "../../../experiments/model/run/event.ts";
import { type Alarm, type Clock, every } from "../../clock.ts";
import type { InstanceView } from "../../fleet/agent-registry.ts";
import type { Fleet } from "../../fleet/fleet.ts";
import type { Log } from "../../log.ts";
import { ProberLost } from "../../probes/prober.ts";
import type { RunMonitor } from "./monitor.ts";

const AGENTS_WITHIN_MS = 10_000;
const LOOK_MS = 50;

export interface EffectContext {
  readonly clock: Clock;
  readonly plan: Plan;
  readonly fleet: Fleet;
  readonly post: (happening: UnstampedEvent) => void;
  /** Opens the monitor. Rejects when a probe cannot be opened. */
  readonly openMonitor: () => Promise<RunMonitor>;
  readonly publish: () => void;
  /** Takes an internal error of an effect that continues asynchronously; the error ends the run. */
  readonly fail: (error: unknown) => void;
  readonly log: Log;
}
const AGENT_LOST = { verdict: "HALTED", because: "agent-lost" } as const;
const NO_REDIRECT = { verdict: "INVALID", because: "mesh" } as const;
/** True: the agent with the redirect that a run needs is not away: nobody ever started such an agent. */
const neverCame = (lack: Lack | null, instances: readonly InstanceView[]): boolean =>
  lack !== null &&
  lack.redirectBeside !== null &&
  !instances.some(
    ({ state, service, intercepts }) => state !== "left" && intercepts && service === lack.redirectBeside,
  );
type EffectHandlers = { readonly [D in Effect["do"]]: (effect: Extract<Effect, { do: D }>) => void };

export const createEffectHandlers = (means: EffectContext): EffectHandlers => {
  const { clock, plan, fleet, post, log } = means;
  let monitor: RunMonitor | null = null;
  let waiting: Alarm = { cancel() {} };
  let isTornDown = false;

  const invalid = (error: unknown) =>
    post({ type: "failed", verdict: "INVALID", because: "mesh", reason: (error as Error).message });
  /** Begins the run; false while an agent is missing that the plan needs. */
  const begin = (opened: RunMonitor): boolean => {
    const candidates = fleet.instances().filter(({ ready }) => ready);
    if (lackOf(plan, candidates) !== null) return false;
    try {
      opened.start();
    } catch (error) {
      invalid(error);
      return true;
    }
    post({ type: "ready", agents: pickAgents(plan, candidates) });
    return true;
  };
  const awaitAgents = (opened: RunMonitor) => {
    const lastMs = clock.nowMs() + AGENTS_WITHIN_MS;
    waiting = every(clock, LOOK_MS, () => {
      const begun = begin(opened);
      if (!begun && !fleet.ownAgentEnded && clock.nowMs() < lastMs) return;
      waiting.cancel();
      if (begun) return;
      const instances = fleet.instances();
      const lack = lackOf(
        plan,
        instances.filter(({ ready }) => ready),
      );
      const when = fleet.ownAgentEnded
        ? "the agent that this server started has ended, and"
        : `within ${AGENTS_WITHIN_MS / 1_000} s`;
      const reason = `Nothing was injected: ${when} ${lack?.reason ?? "no agent was ready"}.`;
      post({ type: "failed", ...(neverCame(lack, instances) ? NO_REDIRECT : AGENT_LOST), reason });
    });
  };

  const stop = (opened: RunMonitor): Promise<void> =>
    opened.stop().catch((error: Error) => log.warn(`${plan.run}: a probe did not stop: ${error.message}`));
  /** Opens the probes, then awaits the agents: a prober's thread that is still starting costs no sample. */
  const prepare = async (): Promise<void> => {
    let opened: RunMonitor;
    try {
      opened = await means.openMonitor();
    } catch (error) {
      if (error instanceof ProberLost) throw error;
      invalid(error);
      return;
    }
    if (isTornDown) return stop(opened);
    monitor = opened;
    if (!begin(opened)) awaitAgents(opened);
  };

  return {
    prepare: () => {
      prepare().catch(means.fail);
    },
    assign: ({ agents }) => fleet.assign(plan.run, agents),
    observe: ({ phase, windows }) => monitor?.observe(phase, windows),
    settle: ({ phase }) => {
      monitor?.settle(phase).catch(means.fail);
    },
    select: ({ endpoints }) => fleet.select(plan.run, endpoints),
    apply: ({ revision, faults }) => fleet.setDesired(plan.run, revision, faults),
    revert: ({ revision }) => fleet.revert(plan.run, revision),
    "tear-down": () => {
      isTornDown = true;
      waiting.cancel();
      fleet.unregister(plan.run);
      if (monitor !== null) stop(monitor).catch(means.fail);
    },
    publish: () => means.publish(),
  };
};

export const performEffect = (performers: EffectHandlers, effect: Effect): void =>
  (performers[effect.do] as (effect: Effect) => void)(effect);
