/** Probe source: the interface that each kind of probe implements, sampled by the server or counted by the agents. */
import type { Watch } from "../../agent/contract/index.ts";
import type { Mesh } from "../../experiments/model/mesh/mesh.ts";
import { ownProperty } from "../../experiments/model/own-property.ts";
import type { ProbeAction, ProbeKind, ProbeParams } from "../../experiments/model/probes/index.ts";
import {
  addressesOfTarget,
  endpointOfTarget,
  type ProbeTarget,
  serviceOfTarget,
} from "../../experiments/model/probes/target.ts";
import type { Criteria } from "../../experiments/model/sample/criteria.ts";
import type { ErroredCause, SampleObstacle } from "../../experiments/model/sample/errored.ts";
import type { Sample } from "../../experiments/model/sample/sample.ts";
import { formatSize } from "../../experiments/model/units/size.ts";
import type { Clock } from "../clock.ts";
import type { CommandConfig } from "../security/commands.ts";
import { DENIED_CODE, type DenyList } from "../security/deny.ts";
import type { EdgeCounts } from "../traffic/edge-counts.ts";
import type { BodyJudge, Judge } from "./judge.ts";
import type { SamplerControl, SamplerListener, SampleSettings } from "./sampler-control.ts";

/** A sample that is due. Times are the server clock's. */
export interface SampleRequest {
  /**
   * Moment from which latency counts, however late the real send: otherwise a stall of the prober would hide itself.
   */
  readonly intendedMs: number;
  readonly giveUpMs: number;
  /** Number among the samples of this source, from 0, which the mark encodes. */
  readonly number?: number;
}
/** Mark of an expectation's samples, except for the sample numbers (`experiments/model/probes/mark.ts`). */
export interface SampleMark {
  /** Key of the mark, 32 hexadecimal digits. */
  readonly key: string;
  readonly tag: number;
  readonly expectation: number;
}
export interface ActiveSource {
  readonly kind: "active";
  /** Takes a sample. A rejection counts as an errored sample. */
  sample(request: SampleRequest): Promise<Sample>;
  /** Addresses the instances of this mesh from the next sample on; absent: the source has an address of its own. */
  readonly readdress?: (mesh: Pick<Mesh, "services">) => void;
  /** Judge of the bodies; null: no criterion asks about a body. */
  readonly bodies: BodyJudge | null;
  close(): Promise<void>;
}
/** An active source in the prober's thread. */
export interface ThreadedSource {
  readonly kind: "threaded";
  /** Starts sampling, once. */
  startSampler(config: SampleSettings, listener: SamplerListener): SamplerControl;
  close(): Promise<void>;
}
export type ProbeSource =
  | ActiveSource
  | ThreadedSource
  /** Counted by agents: a watch without an id for each edge meant. */
  | { readonly kind: "watched"; readonly watches: readonly Omit<Watch, "id">[] };

export interface ProbeContext {
  readonly clock: Clock;
  readonly mesh: Pick<Mesh, "services">;
  readonly good: Criteria;
  /** True: reasons quote answers. */
  readonly capture: boolean;
  readonly traffic: Pick<EdgeCounts, "countOver">;
  /** Mark of the samples; null or absent: the samples carry no mark. */
  readonly mark?: SampleMark | null;
}
/** Settings of a server for all probes. */
export interface ProbeEnvironment {
  /** Variables in the environment of every command, so that the command can be found after this process was killed. */
  readonly childVariables: Readonly<Record<string, string>>;
  /** Commands that `run` may name. */
  readonly commands: Readonly<Record<string, CommandConfig>>;
  /** Denied addresses, which are never dialled. */
  readonly denied: DenyList;
  readonly judge: Judge;
}
/** Source whose bodies have no judge yet. */
export type UnjudgedSource = Extract<ProbeSource, { kind: "watched" }> | Omit<ActiveSource, "bodies">;
/** Opens a source. Throws if the source cannot be opened: an unknown name, a denied address. */
export type ProbeOpener<K extends ProbeKind> = (
  params: ProbeParams<K>,
  tools: ProbeContext & ProbeEnvironment,
) => UnjudgedSource;
export type ProbeOpeners = { readonly [K in ProbeKind]: ProbeOpener<K> };
/** Opens a source. Throws or rejects if the source cannot be opened. */
export type OpenProbe = (action: ProbeAction, tools: ProbeContext) => ProbeSource | Promise<ProbeSource>;

export const bodyTooLarge = (what: string, limitBytes: number): SampleObstacle => ({
  cause: "body too large",
  why: `${what} is longer than ${formatSize(limitBytes)}, so it was not judged: set \`maxBody\`, 1MiB at most`,
});

/**
 * Errors of the prober itself, which could not sample: no descriptors, ports or memory left here, or an address that
 * must not be dialled. Every other error is a fact about the sampled system.
 */
const OWN_FAULTS: Readonly<Record<string, ErroredCause>> = {
  EMFILE: "no descriptors",
  ENFILE: "no descriptors",
  ENOMEM: "no memory",
  ENOBUFS: "no memory",
  EADDRNOTAVAIL: "no ports",
  EACCES: "not permitted",
  EPERM: "not permitted",
  [DENIED_CODE]: "address denied",
};
export const failedSample = (error: unknown, latencyMs: number): Sample => {
  const { code, message } = error as NodeJS.ErrnoException;
  const why = [code, message].filter(Boolean).join(": ") || String(error);
  const cause = ownProperty(OWN_FAULTS, code ?? "");
  return cause === undefined ? { kind: "seen", latencyMs, failure: why } : { kind: "errored", cause, why };
};
export const timedOutSample = (latencyMs: number, afterMs: number): Sample => ({
  kind: "seen",
  latencyMs,
  end: "timeout",
  failure: `no answer within ${Math.round(afterMs)} ms`,
});

/** Addresses `host:port` of each endpoint that a probe samples. The parser has checked the names against the mesh. */
export const addressesOf = (mesh: Pick<Mesh, "services">, target: ProbeTarget): readonly string[] => {
  const addresses = addressesOfTarget(mesh, target);
  if (addresses.length > 0) return addresses;
  const [service, endpoint] = [serviceOfTarget(target), endpointOfTarget(target)];
  const which = endpoint === null ? "an endpoint" : `the endpoint ${endpoint}`;
  throw new Error(`the mesh has no service ${JSON.stringify(service)} with ${which}`);
};
/** Round robin over the targets of a source. Samples name the address if there are several. */
export const roundRobin = <T>(targets: readonly T[]): (() => T) => {
  let index = 0;
  return () => targets[index++ % targets.length]!;
};
export const splitAddress = (address: string): { host: string; port: number } => {
  const colon = address.lastIndexOf(":");
  return { host: address.slice(0, colon).replace(/^\[|\]$/g, ""), port: Number(address.slice(colon + 1)) };
};
