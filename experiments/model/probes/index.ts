/** The only list of probe kinds. How a kind samples stands in `server/probes/` under the same name. */
import type { z } from "zod";
import { http } from "./http.ts";
import type { ProbeKindSpec } from "./probe.ts";
import { process } from "./process.ts";
import { prometheus } from "./prometheus.ts";
import { ratio } from "./ratio.ts";
import { tcp } from "./tcp.ts";
import { traffic } from "./traffic.ts";

export const probeKinds = { http, tcp, traffic, ratio, prometheus, process };
export type ProbeKind = keyof typeof probeKinds;
export type ProbeParams<K extends ProbeKind> = z.output<(typeof probeKinds)[K]["params"]>;
export type ProbeAction<K extends ProbeKind = ProbeKind> = {
  readonly [P in K]: { readonly kind: P; readonly params: ProbeParams<P> };
}[K];

export const probeSpecOf = (kind: ProbeKind) => probeKinds[kind] as unknown as ProbeKindSpec<z.ZodType>;
/** `endpoints`: addresses that are probed in turn, as in the plan. */
export const describeProbe = ({ kind, params }: ProbeAction, endpoints: readonly string[] = []): string =>
  `${probeSpecOf(kind).describe(params)}${endpoints.length > 1 ? `, its ${endpoints.length} endpoints in turn` : ""}`;
