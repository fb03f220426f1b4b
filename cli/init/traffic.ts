/** A mesh from recorded calls. */
import type { Call } from "../../agent/recording/recorder.ts";
import { type Draft, type DraftEdge, type DraftService, FIRST_PORT, nameFor } from "./draft.ts";

export interface TrafficOptions {
  readonly name: string;
  /** Name of the listener at an address, where known: `payments` for `127.0.0.1:7104`. */
  readonly nameOf: (address: string) => string | null;
  /** Port of the first edge; each further edge takes the next. */
  readonly firstPort?: number;
}

/** Callers that gave no name share this service name. */
const UNKNOWN = "unknown-caller";
const HEAD = [
  "From recorded traffic: what was not called while it was recorded stands nowhere, so read it through.",
  "An agent runs beside each caller, and the caller is configured to call where the agent listens.",
];
/** 127.0.0.1:7104 → port-7104; payments.internal:8080 → payments. */
const guessOf = (address: string): string => {
  const colon = address.lastIndexOf(":");
  const host = address.slice(0, colon);
  const isNumber = host.startsWith("[") || /^[\d.]+$/.test(host) || host === "localhost";
  return isNumber ? `port-${address.slice(colon + 1)}` : (host.split(".")[0] ?? host);
};

/** A callee seen with both protocols is treated as bytes: an agent that expects requests would refuse the rest. */
const merged = (calls: readonly Call[]): readonly Call[] => {
  const found = new Map<string, Call>();
  for (const call of calls) {
    const key = JSON.stringify([call.caller, call.callee]);
    const other = found.get(key);
    const protocol = other === undefined || other.protocol === call.protocol ? call.protocol : "tcp";
    found.set(key, { ...call, protocol, count: call.count + (other?.count ?? 0) });
  }
  return [...found.values()].toSorted((a, b) => (tellOf(a) < tellOf(b) ? -1 : 1));
};
const tellOf = ({ caller, callee }: Call): string => `${caller ?? UNKNOWN} ${callee}`;
const countOf = ({ protocol, count }: Call): string => {
  const unit = protocol === "http" ? "request" : "connection";
  return `${count} ${unit}${count === 1 ? "" : "s"} seen`;
};

/** Every caller and callee that was seen, and an edge for each pair. */
export const meshFromCalls = (
  calls: readonly Call[],
  { name, nameOf, firstPort = FIRST_PORT }: TrafficOptions,
): Draft => {
  const seen = merged(calls);
  const taken = new Set<string>();
  const callers = new Map(
    [...new Set(seen.map(({ caller }) => caller))].map((each) => [each, nameFor(each ?? UNKNOWN, taken)]),
  );
  const callees = new Map<string, DraftService>();
  for (const { callee } of seen) {
    if (callees.has(callee)) continue;
    const known = nameOf(callee);
    // A service that both calls and answers counts once.
    const isCaller = known !== null && [...callers.values()].includes(known);
    const isFree = ![...callees.values()].some((service) => service.name === known);
    const own = isCaller && isFree ? known : nameFor(known ?? guessOf(callee), taken);
    const notes = known === null ? [`named after its address, ${callee}: call it what it is`] : [];
    callees.set(callee, { name: own, endpoints: [callee], health: null, notes });
  }
  const edges = seen.map((call, i): DraftEdge => {
    const listen = `127.0.0.1:${firstPort + i}`;
    const notes = [`${countOf(call)}; let ${call.caller ?? "the caller"} call ${listen} instead of ${call.callee}`];
    return {
      from: callers.get(call.caller)!,
      to: callees.get(call.callee)!.name,
      listen,
      protocol: call.protocol,
      notes,
    };
  });
  const answering = [...callees.values()];
  const mute = [...callers].flatMap(([given, each]): DraftService[] => {
    if (answering.some((service) => service.name === each)) return [];
    const notes = given === null ? ["gave the proxy no user name: say who it is"] : [];
    return [{ name: each, endpoints: [], health: null, notes }];
  });
  return { name, notes: HEAD, services: [...answering, ...mute], edges };
};
