/** Tokens with the sessions and credentials that were made with them. Pure. */
import type { TokenView, Whoami } from "../../server/contract/index.ts";
import { groupBy } from "../ui/grouped.ts";

/** Ends what it is the parent of when it ends. */
export interface TokenGroup {
  /** null: the server's own, which is no row of the list; or one that is further down than was read. */
  readonly token: TokenView | null;
  readonly id: string;
  readonly sessions: readonly TokenView[];
}
export type TokenState = "good" | "expired" | "revoked";
type Ends = Pick<TokenView, "revokedAt" | "expiresAt">;
export const stateOf = ({ revokedAt, expiresAt }: Ends, wallMs: number): TokenState =>
  revokedAt !== null ? "revoked" : expiresAt !== null && Date.parse(expiresAt) <= wallMs ? "expired" : "good";

/** What the server's own token is called where it is a parent. */
const isOwn = (parent: string): boolean => parent.startsWith("local:");

/** In the order given; what has no token in it stands last, the server's own first among them. */
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
/** What still lets somebody in: a token that has ended takes what was made with it along. */
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
 * The tokens without which whoever looks is signed out: their session, and what it was opened with. The server does not
 * say which row a cookie is; name, role and end to the millisecond do.
 */
export const ownIds = (tokens: readonly TokenView[], { name, role, expiresAt }: Whoami): ReadonlySet<string> => {
  if (expiresAt === null) return new Set();
  const sessions = tokens.filter(
    (token) => token.parent !== null && token.name === name && token.role === role && token.expiresAt === expiresAt,
  );
  return new Set(sessions.flatMap(({ id, parent }) => [id, parent!]));
};
