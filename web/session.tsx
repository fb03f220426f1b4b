/** User of the page, and the permissions of that user. */
import { createContext, useContext } from "react";
import type { Whoami } from "../server/contract/index.ts";

type Role = Whoami["role"];
/** Roles by rank: each role may do all that the lower roles may do. */
const RANKS: readonly Role[] = ["viewer", "operator", "admin"];
export const mayAs = (role: Role, needed: Role): boolean => RANKS.indexOf(role) >= RANKS.indexOf(needed);

export interface Session {
  readonly who: Whoami;
  /** Ends the session on the server and in this page. */
  readonly leave: () => void;
  /**
   * Keeps the page open while the user must read or finish a task, even if the session ends. Returns a function to
   * release.
   */
  readonly stay: () => () => void;
}
export const SessionContext = createContext<Session | null>(null);
export const useSession = (): Session => {
  const session = useContext(SessionContext);
  if (session === null) throw new Error("nobody is signed in");
  return session;
};
/** Reason why the user may not act, for people; null: allowed. */
export const useRefusal = (needed: "operator" | "admin"): string | null => {
  const { who } = useSession();
  return mayAs(who.role, needed) ? null : `This needs the role ${needed}; ${who.name} is ${who.role}.`;
};
