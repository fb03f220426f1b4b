/** Who may do what: four roles of people and machines, and the one who asks. */

/**
 * What a token stands for. `viewer` < `operator` < `admin`; `agent` is a sidecar with its credential, `join` one that has
 * only its join token yet: neither of them reads or writes anything of the API but its own way in.
 */
export const ROLES = ["viewer", "operator", "admin", "agent", "join"] as const;
export type Role = (typeof ROLES)[number];

/** Who asks. Everything that is written carries its name. */
export interface Principal {
  /** The token's name, as people know it. */
  readonly name: string;
  readonly role: Role;
  /** Id of the token in the database; null: the server's own token from its configuration. */
  readonly token: string | null;
}

/** What a route asks for: a person's least role, an agent's way in, or nothing at all. */
export type Access = "open" | "viewer" | "operator" | "admin" | "agent" | "join";

/** What an agent's token binds it to. null: not bound, as the agent of an embedded run is not. */
export interface Binding {
  readonly service: string | null;
  /** Ids of the edges it may serve; null: all of its service. */
  readonly edges: readonly string[] | null;
  /** The one instance that may use it: set when a join token was exchanged. */
  readonly instance: string | null;
}
export const UNBOUND: Binding = { service: null, edges: null, instance: null };
/** What a token stands for: who asks, and what it is bound to. */
export interface Credential {
  readonly principal: Principal;
  readonly binding: Binding;
  /** Unix ms; null: it does not expire. */
  readonly expiresMs: number | null;
  /** Of a session: the token that it was opened with; null: this is a token itself. */
  readonly parent: string | null;
}

/** Stands for the server's own token where others are named by their id. */
export const OWN_TOKEN = "local";
/** Id of the token that a credential goes back to: a session counts as the token that it was opened with. */
export const subjectOf = ({ principal, parent }: Credential): string => parent ?? principal.token ?? OWN_TOKEN;

/** The server's own token, of an embedded run or of the configuration: its owner may do everything. */
export const LOCAL: Principal = { name: "local", role: "admin", token: null };

const RANK: Readonly<Record<Role, number>> = { join: 0, agent: 0, viewer: 1, operator: 2, admin: 3 };

/** An administrator's token opens the agents' way in too: it is what an embedded run's own agent has. */
export const mayUse = (role: Role, access: Access): boolean => {
  if (access === "open") return true;
  if (access === "agent" || access === "join") return role === access || role === "admin";
  return RANK[role] >= RANK[access];
};
