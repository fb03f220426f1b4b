/** Tokens with the sessions and credentials made with each token. Pure. */
import type { TokenView, Whoami } from "../../server/contract/index.ts";
import { groupBy } from "../ui/grouped.ts";

/** Token with child tokens, which end with the token. */
export interface TokenGroup {
  /**
   * Parent token; null: the server's own token, which is no row of the list, or a token further down than the loaded
   * part.
   */
  readonly token: TokenView | null;
  readonly id: string;
  readonly sessions: readonly TokenView[];
}
export type TokenState = "good" | "expired" | "revoked";
type Ends = Pick<TokenView, "revokedAt" | "expiresAt">;
export const stateOf = ({ revokedAt, expiresAt }: Ends, wallMs: number): TokenState =>
  revokedAt !== null ? "revoked" : expiresAt !== null && Date.parse(expiresAt) <= wallMs ? "expired" : "good";

/** Name of the server's own token as a parent. */
const isOwn = (parent: string): boolean => parent.startsWith("local:");

/** Groups in the given order; groups without a loaded token come last, the server's own first among these. */
export const tokenGroupsOf = (tokens: readonly TokenView[]): readonly TokenGroup[] => {
  const children = groupBy(
    tokens.filter(({ parent }) => parent !== null),
    ({ parent }) => parent!,
  );
  const parents = tokens.filter(({ parent }) => parent === null);
  const known = new Set(parents.map(({ id }) => id));
  const orphans = [...children.keys()].filter((id) => !known.has(id));
  return [
    ...parents.map((token) => ({ token, id: token.id, sessions: children.get(token.id) ?? [] })),
    ...orphans
      .sort((a, b) => Number(isOwn(b)) - Number(isOwn(a)))
      .map((id) => ({ token: null, id, sessions: children.get(id)! })),
  ];
};
/** Groups that still grant access: an ended token ends all sessions and credentials made with the token. */
export const goodOf = (groups: readonly TokenGroup[], wallMs: number): readonly TokenGroup[] =>
  groups
    .filter(({ token }) => token === null || stateOf(token, wallMs) === "good")
    .map((group) => ({ ...group, sessions: group.sessions.filter((one) => stateOf(one, wallMs) === "good") }))
    .filter(({ token, sessions }) => token !== null || sessions.length > 0);
/** Rows of the list. */
export const sizeOf = (groups: readonly TokenGroup[]): number =>
  groups.reduce((sum, { token, sessions }) => sum + sessions.length + (token === null ? 0 : 1), 0);
export const isServersOwn = ({ token, id }: TokenGroup): boolean => token === null && isOwn(id);

/**
 * Tokens whose end signs the user out: the user's session, and the parent token. The server does not say which row
 * the cookie is; name, role and expiry to the millisecond do.
 */
export const ownIds = (tokens: readonly TokenView[], { name, role, expiresAt }: Whoami): ReadonlySet<string> => {
  if (expiresAt === null) return new Set();
  const sessions = tokens.filter(
    (token) => token.parent !== null && token.name === name && token.role === role && token.expiresAt === expiresAt,
  );
  return new Set(sessions.flatMap(({ id, parent }) => [id, parent!]));
};
