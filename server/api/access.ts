/** Role needed for each route, in one table: a route that is missing here does not compile. */

import type { Kind, RouteName } from "../contract/index.ts";
import type { Access } from "../security/roles.ts";

/** Access that depends on the kind of document. */
type ByKind = { readonly [K in Kind]: Access };
export type RouteAccess = Access | ByKind;

/**
 * Policies bind operators, and the mesh directs the traffic: a principal that may change either could lift every limit.
 */
const RULES: ByKind = { Mesh: "admin", Policy: "admin", Experiment: "operator", Schedule: "operator" };

export const ACCESS: { readonly [K in RouteName]: RouteAccess } = {
  "POST /api/v1/runs": "operator",
  "GET /api/v1/runs": "viewer",
  "GET /api/v1/trends": "viewer",
  "GET /api/v1/runs/:id": "viewer",
  "GET /api/v1/runs/:id/report": "viewer",
  "GET /api/v1/runs/:id/journal": "viewer",
  "GET /api/v1/runs/:id/events": "viewer",
  "POST /api/v1/runs/:id/halt": "operator",
  "POST /api/v1/runs/:id/release": "operator",
  "POST /api/v1/plan": "viewer",
  "POST /api/v1/halt": "operator",
  "POST /api/v1/release": "operator",
  "GET /api/v1/gate": "viewer",
  "GET /api/v1/mesh": "viewer",
  "GET /api/v1/agents": "viewer",
  "DELETE /api/v1/agents/:instance": "operator",
  "POST /api/v1/agents/join": "join",
  "GET /api/v1/documents": "viewer",
  "GET /api/v1/documents/:kind/:name": "viewer",
  "PUT /api/v1/documents/:kind/:name": RULES,
  "DELETE /api/v1/documents/:kind/:name": RULES,
  "GET /api/v1/documents/:kind/:name/versions": "viewer",
  "GET /api/v1/schedules": "viewer",
  "GET /api/v1/schedules/:name": "viewer",
  "POST /api/v1/schedules/:name/pause": "operator",
  "POST /api/v1/schedules/:name/resume": "operator",
  "POST /api/v1/schedules/:name/trigger": "operator",
  "GET /api/v1/claims": "viewer",
  "GET /api/v1/tokens": "admin",
  "POST /api/v1/tokens": "admin",
  "DELETE /api/v1/tokens/:id": "admin",
  "GET /api/v1/audit": "admin",
  // The token or ticket comes in the body; a wrong secret is refused as on every route.
  "POST /api/v1/session": "open",
  "POST /api/v1/session/ticket": "viewer",
  "GET /api/v1/session": "viewer",
  "DELETE /api/v1/session": "viewer",
  "GET /api/v1/traffic": "viewer",
  "GET /api/v1/traffic/events": "viewer",
  "GET /api/v1/traffic/edges/:edge": "viewer",
  "GET /api/v1/server": "viewer",
  "GET /api/v1/verify": "operator",
  "GET /api/v1/backup": "admin",
  // Open, since a client is generated before a token for the client exists, and the document tells no more than the
  // source.
  "GET /api/v1/openapi.json": "open",
};

/**
 * Access that a request needs. The handler refuses an unknown kind later, once the caller has passed the access check.
 */
export const accessOf = (access: RouteAccess, params: unknown): Access => {
  if (typeof access === "string") return access;
  const { kind } = (params ?? {}) as { readonly kind?: string };
  return kind !== undefined && Object.hasOwn(access, kind) ? access[kind as Kind] : "admin";
};
