/** Probe opener of the runs: the rules of this server, and the thread in which probes sample. */
import type { Clock } from "../clock.ts";
import { systemClock } from "../clock.ts";
import type { ServerConfig } from "../config/config.ts";
import { createProbeOpener, createThreadedProbeOpener } from "../probes/index.ts";
import { Judge } from "../probes/judge.ts";
import type { OpenProbe, ProbeEnvironment } from "../probes/probe.ts";
import { Prober } from "../probes/prober.ts";
import { DenyList } from "../security/deny.ts";

/** Rules for all probes, from this server's configuration. */
export const probeRules = (
  { childVariables = {}, commands = {}, deny, allow }: ServerConfig,
  clock: Clock,
): ProbeEnvironment => ({
  ...{ childVariables, commands },
  denied: new DenyList(deny, allow),
  judge: new Judge(clock),
});

/**
 * Chooses the probe opener of runs: probes that may be late run in a separate thread. Another thread cannot follow a
 * clock moved by hand, so with such a clock all probes run in this thread.
 */
export const chooseProbeOpener = (
  rules: ProbeEnvironment,
  clock: Clock,
): { readonly openProbe: OpenProbe; readonly end: () => Promise<void> } => {
  if (clock !== systemClock) return { openProbe: createProbeOpener(rules), end: async () => {} };
  const prober = new Prober(clock, rules.denied);
  return { openProbe: createThreadedProbeOpener(rules, prober), end: () => prober.close() };
};
