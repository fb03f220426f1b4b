/** Roles and access: four roles of people and machines, and the principal of a request. */
import type { EdgeId, Instance } from "../../experiments/model/names.ts";

/**
 * Roles that a token can have. `viewer` < `operator` < `admin`; `agent` is a sidecar with an agent credential, `join` a
 * sidecar that has only a join token yet: neither reads or writes any part of the API except the agents' own entrance.
 */
export const ROLES = ["viewer", "operator", "admin", "agent", "join"] as const;
export type Role = (typeof ROLES)[number];

/** Principal of a request. Every written record carries the principal's name. */
export interface Principal {
  /** Name of the token, as shown to people. */
  readonly name: string;
  readonly role: Role;
  /** Id of the token in the database; null: the server's own token from its configuration. */
  readonly token: string | null;
}

/** Access that a route requires: a person's least role, an agent's entrance, or no role. */
export type Access = "open" | "viewer" | "operator" | "admin" | "agent" | "join";

/** Binding of an agent's token. null: not bound, as the agent of an embedded run is not. */
export interface Binding {
  readonly service: string | null;
  /** Ids of the edges that the agent may serve; null: all edges of its service. */
  readonly edges: readonly EdgeId[] | null;
  /** The only instance that may use the token: set when a join token was exchanged. */
  readonly instance: Instance | null;
}
export const UNBOUND: Binding = { service: null, edges: null, instance: null };
/** Credential that a token stands for: the principal, and the binding. */
export interface Credential {
  readonly principal: Principal;
  readonly binding: Binding;
  /** Expiry, Unix ms; null: no expiry. */
  readonly expiresMs: number | null;
  /** For a session: the token that opened the session; null: this credential is a token itself. */
  readonly parent: string | null;
}

/** Placeholder for the server's own token where other tokens are named by id. */
export const OWN_TOKEN = "local";
/** Id of the token from which a credential derives: a session counts as the token that opened the session. */
export const subjectOf = ({ principal, parent }: Credential): string => parent ?? principal.token ?? OWN_TOKEN;

/**
 * Principal of the server's own token, of an embedded run or of the configuration: the token's owner may do everything.
 */
export const LOCAL: Principal = { name: "local", role: "admin", token: null };

const RANK: Readonly<Record<Role, number>> = { join: 0, agent: 0, viewer: 1, operator: 2, admin: 3 };

/** An administrator's token may also use the agents' entrance: an embedded run's own agent has such a token. */
export const mayUse = (role: Role, access: Access): boolean => {
  if (access === "open") return true;
  if (access === "agent" || access === "join") return role === access || role === "admin";
  return RANK[role] >= RANK[access];
};
