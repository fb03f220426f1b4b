/** Early ends of a run, the same in every state: halts, lost agents, guardrails. */

import { ownProperty } from "../own-property.ts";
import { spellCount } from "../text/words.ts";
import type { Finding } from "../verdict/verdict.ts";
import type { RunEvent } from "./event.ts";
import { audit, find, finish, revert } from "./moves.ts";
import { isPresent } from "./presence.ts";
import type { Run, Step } from "./run.ts";

type Halt = Omit<Finding, "sequence" | "verdict"> & { readonly verdict?: Finding["verdict"] };

/**
 * Tells whether the audit's requests were lost with the server or with the lost records: then the agents are asked
 * again.
 */
const isLeftBehind = ({ because }: Pick<Halt, "because">): boolean =>
  because === "server-lost" || because === "journal-lost";

/** Ends the current state. From injecting on, the end never comes before the revert and the audit. */
export const halt = (before: Run, { verdict = "HALTED", ...why }: Halt, watchRecovery: boolean): Step => {
  const run = find(before, { verdict, ...why });
  switch (run.at) {
    case "injecting":
      return revert(run, watchRecovery ? "recovering" : "auditing");
    case "reverting":
      if (isLeftBehind(why)) return audit(run);
      return [watchRecovery ? run : { ...run, next: "auditing" }];
    case "recovering":
      return watchRecovery ? [run] : audit(run);
    case "auditing":
      return isLeftBehind(why) ? audit(run) : [run];
    default:
      return finish(run);
  }
};

export const lost = (run: Run, { boot, how }: Extract<RunEvent, { type: "lost" }>): Step => {
  const agent = run.agents.find((candidate) => candidate.boot === boot);
  if (agent === undefined || !isPresent(run, boot)) return [run];
  const holds = run.at === "injecting";
  if (how === "lapsed") {
    const reason = `${agent.instance} heard nothing of the server for its whole lease and dropped the faults.`;
    return holds ? halt(run, { verdict: "INCONCLUSIVE", because: "gap", reason }, true) : [run];
  }
  // With an empty desired state, silence is for the audit to judge.
  if (how === "silent" && (run.at === "reverting" || run.at === "recovering" || run.at === "auditing")) return [run];
  const what = how === "exited" ? "its process ended" : "it was not heard of for a whole lease";
  return halt(run, { because: "agent-lost", reason: `${agent.instance} was lost: ${what}.` }, run.at !== "recovering");
};

const isTrip =
  (guardrail: string) =>
  ({ about, because }: Finding): boolean =>
    about === guardrail && (because === "guardrail" || because === "guardrail-blind");
/** Trips a guardrail, each only once: later samples show the recovery that is being watched. */
export const guard = (run: Run, { guardrail, why }: Extract<RunEvent, { type: "guarded" }>): Step => {
  const rail = run.plan.guardrails.find(({ name }) => name === guardrail);
  const looks = ownProperty(run.looks, guardrail) ?? [];
  if (rail === undefined || run.findings.some(isTrip(guardrail))) return [run];
  const bad = looks.filter((look) => look === "bad").length;
  if (bad >= rail.trip.bad) {
    const reason = `Guardrail ${guardrail}: ${bad} of its last ${spellCount(looks.length, "sample was", "samples were")} bad. The last: ${why}.`;
    return halt(run, { because: "guardrail", reason, about: guardrail }, run.at !== "recovering");
  }
  const blind = looks.length >= rail.trip.of && looks.every((look) => look === "errored");
  if (!blind || rail.blind === "ignore") return [run];
  const reason = `Guardrail ${guardrail} errored ${spellCount(looks.length, "time")} in a row. The last: ${why}.`;
  return halt(run, { because: "guardrail-blind", reason, about: guardrail }, run.at !== "recovering");
};
