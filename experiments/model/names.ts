/**
 * Names and ids. All are plain strings on the wire. Ids are branded, so that neither a swapped id nor a plain text
 * compiles; a schema brands with zod's `.brand`, every other text from outside becomes an id by a function of this file
 * and by no cast. Names are any text that people write, so a plain text is a name; a name of another kind is not.
 */
import type { $brand } from "zod";

export type RunId = string & $brand<"RunId">;
declare const KIND: unique symbol;
/** Text with an optional tag of types alone: texts without the tag fit, texts with the tag of another kind do not. */
type NameOf<Kind extends string> = string & { readonly [KIND]?: Kind };
export type ServiceName = NameOf<"service">;
export type FaultName = NameOf<"fault">;
export type ExpectationName = NameOf<"expectation">;
/** Qualified name of a document: `x`, or `shop/x` outside the namespace `default` (`notation/document-name.ts`). */
export type DocumentName = NameOf<"document">;
/** `${from}->${to}`, and with `:callee` behind it at the callee: an id for each pair of services at each place. */
export type EdgeId = string & $brand<"EdgeId">;
/** `${run}/${fault}@${edge}`. The same id with the same order is the same live fault. */
export type FaultId = string & $brand<"FaultId">;
/** A single start of an agent process; random. */
export type AgentBoot = string & $brand<"AgentBoot">;
/** The stable name of an agent; part of every decision's hash. */
export type Instance = string & $brand<"Instance">;

/** Ids of texts from outside: arguments, addresses, rows, files. Checked elsewhere, by schemas and patterns. */
export const asRunId = (text: string): RunId => text as RunId;
/** For a whole id; `edgeId` makes the id from the two names. */
export const asEdgeId = (text: string): EdgeId => text as EdgeId;
export const asFaultId = (text: string): FaultId => text as FaultId;
export const asAgentBoot = (text: string): AgentBoot => text as AgentBoot;
export const asInstance = (text: string): Instance => text as Instance;

/** Side of an edge at which an agent carries its calls: on the machine of the caller, or of the callee. */
export type EdgePlace = "caller" | "callee";
const AT_CALLEE = ":callee";
/** Edges at the two places of a pair are two edges, with faults, counts and receipts of their own. */
export const edgeId = (from: ServiceName, to: ServiceName, at: EdgePlace = "caller"): EdgeId =>
  asEdgeId(`${from}->${to}${at === "callee" ? AT_CALLEE : ""}`);
/** An edge by its two services, as documents name it. */
export interface EdgeName {
  readonly from: ServiceName;
  readonly to: ServiceName;
  /** Absent: at the caller. */
  readonly at?: EdgePlace;
}
export const edgeIdOf = ({ from, to, at }: EdgeName): EdgeId => edgeId(from, to, at);
export const edgeAt = (edge: EdgeId): EdgePlace => (edge.endsWith(AT_CALLEE) ? "callee" : "caller");
/** The caller and the callee of an edge, at either place. No name contains `->` or `:`. */
export const edgeEnds = (edge: EdgeId): readonly [from: ServiceName, to: ServiceName] => {
  const arrow = edge.indexOf("->");
  return [edge.slice(0, arrow), edge.slice(arrow + 2, edgeAt(edge) === "callee" ? -AT_CALLEE.length : undefined)];
};
/** Id for both places of a pair, which is that of the edge at the caller: the calls are the same calls. */
export const pairOf = (edge: EdgeId): EdgeId => edgeId(...edgeEnds(edge));
/** Service beside which an agent carries the edge. */
export const carrierOf = (edge: EdgeId): ServiceName => edgeEnds(edge)[edgeAt(edge) === "callee" ? 1 : 0];
/** `a → b`, or `a → b (at callee)`, for people. */
export const spellEdge = (edge: EdgeId): string =>
  `${edgeEnds(edge).join(" → ")}${edgeAt(edge) === "callee" ? " (at callee)" : ""}`;
export const faultId = (run: RunId, fault: FaultName, edge: EdgeId): FaultId => asFaultId(`${run}/${fault}@${edge}`);
/** Edge of a fault id. No edge has an `@` in its name. */
export const edgeOfFault = (id: FaultId): EdgeId => asEdgeId(id.slice(id.lastIndexOf("@") + 1));

/** Pattern of `metadata.name`, of a namespace and of every service name: a DNS label. */
export const NAME = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

/**
 * Pattern of an agent's name. Pods have the name of a DNS subdomain, up to 253 characters with dots; hosts and
 * containers have capitals and underscores as well.
 */
export const INSTANCE = /^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,251}[A-Za-z0-9])?$/;
export const INSTANCE_FORM = 'letters, digits, ".", "_" and "-" between them, 253 characters at most';
/** Agent name made from a host's name; null: no character of the host's name can be used. */
export const instanceFor = (host: string): Instance | null => {
  const name = host
    .replace(/[^A-Za-z0-9._-]/g, "-")
    .slice(0, 253)
    .replace(/^[._-]+|[._-]+$/g, "");
  return name === "" ? null : asInstance(name);
};
