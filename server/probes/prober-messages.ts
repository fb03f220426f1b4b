/**
 * Messages between the server (`prober.ts`) and the prober's thread (`prober-worker.ts`). All times are the server
 * clock's.
 */

import type { Tally } from "../../experiments/model/evidence/tally.ts";
import type { Phase } from "../../experiments/model/experiment/phase.ts";
import type { Mesh } from "../../experiments/model/mesh/mesh.ts";
import type { Interval } from "../../experiments/model/plan/counting.ts";
import type { ProbeAction } from "../../experiments/model/probes/index.ts";
import type { Criteria } from "../../experiments/model/sample/criteria.ts";
import type { DenyLists } from "../security/deny.ts";
import type { SampleMark } from "./probe.ts";
import type { SampleOutcome, SampleSettings } from "./sampler-control.ts";
import type { SentSample } from "./sent-sample.ts";

/** Data that the thread is started with. */
export interface ProberData {
  /** Value of `process.hrtime` at which the server's clock was 0. */
  readonly originNs: bigint;
  readonly deny: DenyLists;
}
/** Request to open a source, before the first sample. */
export interface OpenProbeRequest {
  /** Send time of this request, server clock. */
  readonly sentMs: number;
  readonly action: ProbeAction;
  readonly mesh: Pick<Mesh, "services">;
  readonly good: Criteria;
  readonly capture: boolean;
  readonly mark: SampleMark | null;
}
/** Message to the prober. `id`: of a source and the source's sampler. */
export type ToProber = { readonly id: number } & (
  | { readonly type: "open"; readonly request: OpenProbeRequest }
  /** Starts a sampler. `eachSample`: every judged sample is reported at once. */
  | { readonly type: "start"; readonly config: SampleSettings; readonly eachSample: boolean }
  | {
      readonly type: "observe";
      readonly phase: Phase | null;
      readonly fromMs: number;
      readonly windows?: readonly Interval[] | undefined;
    }
  | { readonly type: "readdress"; readonly mesh: Pick<Mesh, "services"> }
  | { readonly type: "stalled"; readonly fromMs: number; readonly toMs: number }
  | { readonly type: "settle"; readonly phase: Phase }
  | { readonly type: "stop" }
);
/** Report of a sampler: tallies and samples since the last message. */
export interface SamplerReport {
  readonly id: number;
  readonly tallies: readonly Tally[];
  readonly sent: readonly SentSample[];
}
export type FromProber =
  | { readonly type: "ready" }
  | { readonly type: "opened"; readonly id: number }
  | { readonly type: "refused"; readonly id: number; readonly why: string }
  /** Reports of all samplers with news, once a second. */
  | { readonly type: "report"; readonly reports: readonly SamplerReport[] }
  | { readonly type: "sampled"; readonly id: number; readonly outcome: SampleOutcome; readonly why: string }
  | { readonly type: "settled"; readonly phase: Phase; readonly report: SamplerReport }
  | { readonly type: "failed"; readonly id: number; readonly message: string; readonly stack: string }
  | { readonly type: "stopped"; readonly id: number };
