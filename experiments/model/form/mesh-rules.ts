/** Rules of a mesh beyond well-formed fields. */

import { type DocumentPath, type Issue, quote } from "../document/issue.ts";
import { fieldOf } from "../document/nodes.ts";
import { nearest } from "../document/suggestion.ts";
import { edgeId, spellEdge } from "../names.ts";
import { parseSize } from "../units/size.ts";
import { meantBy } from "./synonyms.ts";

const isMap = (raw: unknown): raw is Record<string, unknown> =>
  typeof raw === "object" && raw !== null && !Array.isArray(raw);
const text = (raw: unknown, key: string): string | null => {
  const value = fieldOf(raw, key);
  return typeof value === "string" ? value : null;
};

interface Named {
  readonly name: string;
  readonly raw: unknown;
}
const addressesOf = ({ name, raw }: Named): { address: string; path: DocumentPath; service: Named }[] => {
  const endpoints = fieldOf(raw, "endpoints");
  if (!Array.isArray(endpoints)) return [];
  return endpoints.flatMap((endpoint, i) => {
    const address = typeof endpoint === "string" ? endpoint : text(endpoint, "address");
    const path = ["spec", "services", name, "endpoints", i];
    return address === null
      ? []
      : [{ address, path: typeof endpoint === "string" ? path : [...path, "address"], service: { name, raw } }];
  });
};
/**
 * True: the service has endpoints. Endpoints under another name, or not as a list, count as given, since other issues
 * report these errors already.
 */
const answers = ({ raw }: Named) => {
  const endpoints = fieldOf(raw, "endpoints");
  if (endpoints !== undefined) return !Array.isArray(endpoints) || endpoints.length > 0;
  return (
    isMap(raw) &&
    Object.keys(raw).some(
      (key) => (nearest(key, ["endpoints"]) ?? meantBy(key, "services.*")?.suggestion) === "endpoints",
    )
  );
};
const started = ({ raw }: Named) => fieldOf(raw, "command") !== undefined;

/** Two listeners cannot have the same address. Endpoints that Squall does not start may appear under two names. */
const clashes = (services: readonly Named[], edges: readonly unknown[]): Issue[] => {
  const held = new Map<string, string>();
  const issues: Issue[] = [];
  for (const { address, path, service } of services.flatMap(addressesOf)) {
    const holder = held.get(address);
    if (holder !== undefined && started(service))
      issues.push({ path, message: `${address} is already an endpoint of ${holder}` });
    held.set(address, holder ?? service.name);
  }
  edges.forEach((edge, i) => {
    const listen = text(edge, "listen");
    if (listen === null) return;
    const holder = held.get(listen);
    if (holder !== undefined)
      issues.push({ path: ["spec", "edges", i, "listen"], message: `${listen} is already taken by ${holder}` });
    held.set(listen, holder ?? `the edge ${text(edge, "from")} → ${text(edge, "to")}`);
  });
  return issues;
};

const ofService = ({ name, raw }: Named): Issue[] => {
  const path = ["spec", "services", name];
  const ready = fieldOf(raw, "ready");
  if (ready === undefined || answers({ name, raw })) return [];
  return [
    { path: [...path, "ready"], at: "key", message: `${name} has no endpoint to be ready at: give it \`endpoints\`` },
  ];
};

const KNOWN_SHOWN = 16;
/** Names are the mesh's own, and may be thousands. */
const listed = (names: readonly string[]): string =>
  (names.length > KNOWN_SHOWN ? [...names.slice(0, KNOWN_SHOWN), "…"] : names).join(", ");

const ofEdge = (edge: unknown, path: DocumentPath, services: readonly Named[]): Issue[] => {
  const names = services.map(({ name }) => name);
  return (["from", "to"] as const).flatMap((end): Issue[] => {
    const name = text(edge, end);
    if (name === null) return [];
    const service = services.find((each) => each.name === name);
    // Already reported: there is no list of services, or the service in question has an invalid name.
    if (names.length === 0 || names.some((each) => each !== name && each.toLowerCase() === name)) return [];
    if (service === undefined) {
      const suggestion = nearest(name, names);
      const issue = {
        path: [...path, end],
        message: `unknown service ${quote(name)}${suggestion === undefined ? `; known here: ${listed(names)}` : ""}`,
      };
      return [suggestion === undefined ? issue : { ...issue, suggestion }];
    }
    if (end === "from" || answers(service)) return [];
    return [{ path: [...path, end], message: `${name} has no endpoints: the agent could not pass anything on` }];
  });
};

/** Limits that act on requests: an edge of bytes has none. */
const OF_REQUESTS = ["head", "stall", "tunnel", "halfClosed", "linger"];
const LONGEST_HEAD = 1024 * 1024;
const SHORTEST_HEAD = 1024;
const ofLimits = (edge: unknown, path: DocumentPath): Issue[] => {
  const issues: Issue[] = [];
  const timeouts = fieldOf(edge, "timeouts");
  const needsHttp = (at: DocumentPath, key: string): Issue => ({
    path: at,
    at: "key",
    message: `this edge is protocol tcp, which has no requests: \`${key}\` acts on http edges only; leave it out`,
  });
  if (text(edge, "protocol") === "tcp") {
    if (isMap(timeouts))
      for (const key of OF_REQUESTS)
        if (Object.hasOwn(timeouts, key)) issues.push(needsHttp([...path, "timeouts", key], key));
    if (fieldOf(edge, "headSize") !== undefined) issues.push(needsHttp([...path, "headSize"], "headSize"));
    return issues;
  }
  const bytes = parseSize(text(edge, "headSize") ?? "64KiB");
  if (bytes !== null && (bytes < SHORTEST_HEAD || bytes > LONGEST_HEAD))
    issues.push({ path: [...path, "headSize"], message: "expected a size from 1KiB to 1MiB, such as 128KiB" });
  return issues;
};

/** Settings of an edge that mean nothing where the agent stands beside the callee. */
const OF_CALLERS: Readonly<Record<string, string>> = {
  listen: "its connections come to the callee's own addresses, by the redirect",
  balance: "each connection goes to the address that the caller chose",
};
const ofPlace = (edge: unknown, path: DocumentPath): Issue[] =>
  text(edge, "at") !== "callee"
    ? []
    : Object.entries(OF_CALLERS).flatMap(([key, why]): Issue[] =>
        fieldOf(edge, key) === undefined
          ? []
          : [
              {
                path: [...path, key],
                at: "key",
                message: `an edge at the callee has no \`${key}\`: ${why}; leave it out`,
              },
            ],
      );

/** Limit, since no user reads more, and searching for the intended word of each issue takes time. */
const MOST_ISSUES = 50;
/** `value`: the document as written. */
export const meshIssues = (value: unknown): Issue[] => {
  const spec = fieldOf(value, "spec");
  const given = fieldOf(spec, "services");
  const services = isMap(given) ? Object.entries(given).map(([name, raw]) => ({ name, raw })) : [];
  const drawn = fieldOf(spec, "edges");
  const edges: readonly unknown[] = Array.isArray(drawn) ? drawn : [];
  const seen = new Set<string>();
  const issues = [...clashes(services, edges), ...services.flatMap(ofService)];
  if (isMap(given) && services.length === 0)
    issues.push({ path: ["spec", "services"], message: "expected one service at least" });
  for (const [i, edge] of edges.entries()) {
    if (issues.length >= MOST_ISSUES) break;
    const path = ["spec", "edges", i];
    issues.push(...ofEdge(edge, path, services), ...ofPlace(edge, path), ...ofLimits(edge, path));
    const at = text(edge, "at") === "callee" ? "callee" : "caller";
    const id = edgeId(text(edge, "from") ?? `${i}`, text(edge, "to") ?? `${i}`, at);
    if (seen.has(id)) issues.push({ path, message: `the edge ${spellEdge(id)} is written twice` });
    seen.add(id);
  }
  return issues;
};
