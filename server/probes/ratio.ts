/** Ratio probe: exchanges of an edge per exchange of another edge. A retry storm shows here first. */
import { edgeIdOf } from "../../experiments/model/names.ts";
import type { ProbeOpener } from "./probe.ts";

export const ratio: ProbeOpener<"ratio"> = ({ of, per, window }, { clock, traffic }) => ({
  kind: "active",
  sample: async ({ intendedMs }) => {
    const [above, below] = traffic.countOver([edgeIdOf(of), edgeIdOf(per)], window);
    if (above == null || below == null)
      return { kind: "errored", cause: "no traffic", why: "no agent has told of both edges yet" };
    if (below === 0)
      return { kind: "errored", cause: "no traffic", why: `no exchanges from ${per.from} to ${per.to} to divide by` };
    return { kind: "seen", latencyMs: clock.nowMs() - intendedMs, value: above / below };
  },
  close: async () => {},
});
