/**
 * Scope of each fault kind: the protocols that the kind acts on, and the unit that share and receipts count. Free of
 * zod, which a kind's own file needs, because agents start without zod.
 */
import type { Protocol } from "../mesh/mesh.ts";
import type { Unit } from "./fault.ts";
import type { FaultAction, FaultKind, FaultParams } from "./index.ts";

interface FaultScope<K extends FaultKind> {
  readonly protocols: readonly Protocol[];
  /** Unit that the kind counts over HTTP; over TCP the unit is always the connection. */
  unit(params: FaultParams<K>): Unit;
}
const BOTH: readonly Protocol[] = ["http", "tcp"];
const HTTP: readonly Protocol[] = ["http"];
const exchange = () => "exchange" as const;
const connection = () => "connection" as const;

/** Table of all kinds: a forgotten kind does not compile. */
const scopes: { readonly [K in FaultKind]: FaultScope<K> } = {
  latency: { protocols: BOTH, unit: ({ at }) => (at === "connect" ? "connection" : "exchange") },
  abort: { protocols: HTTP, unit: exchange },
  partition: { protocols: BOTH, unit: connection },
  reset: { protocols: BOTH, unit: connection },
  bandwidth: { protocols: BOTH, unit: exchange },
  slowClose: { protocols: BOTH, unit: connection },
  limitBytes: { protocols: BOTH, unit: exchange },
  slice: { protocols: BOTH, unit: exchange },
  corrupt: { protocols: BOTH, unit: exchange },
  rewrite: { protocols: HTTP, unit: exchange },
  throttle: { protocols: HTTP, unit: exchange },
  kill: { protocols: BOTH, unit: exchange },
  restart: { protocols: BOTH, unit: exchange },
  pause: { protocols: BOTH, unit: exchange },
};
/**
 * Kinds that strike the process of a service, for every caller at once. On an edge such a fault changes no byte; what
 * counts there are the exchanges that met the service while it was away.
 */
const PROCESS_KINDS = ["kill", "restart", "pause"] as const;
export type ProcessFaultKind = (typeof PROCESS_KINDS)[number];
export const isProcessFault = (action: FaultAction): action is FaultAction<ProcessFaultKind> =>
  isProcessFaultKind(action.kind);
export const isProcessFaultKind = (kind: string): kind is ProcessFaultKind =>
  (PROCESS_KINDS as readonly string[]).includes(kind);

export const isKnownFault = (kind: string): kind is FaultKind => Object.hasOwn(scopes, kind);
export const protocolsOf = (kind: FaultKind): readonly Protocol[] => scopes[kind].protocols;
export const unitOf = <K extends FaultKind>({ kind, params }: FaultAction<K>): Unit => scopes[kind].unit(params);
