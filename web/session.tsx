/** Who looks at the page, and what they may do. */
import { createContext, useContext } from "react";
import type { Whoami } from "../server/contract/index.ts";

type Role = Whoami["role"];
/** Each may what the one before it may. */
const RANKS: readonly Role[] = ["viewer", "operator", "admin"];
export const mayAs = (role: Role, needed: Role): boolean => RANKS.indexOf(role) >= RANKS.indexOf(needed);

export interface Session {
  readonly who: Whoami;
  /** Ends it on the server, and here. */
  readonly leave: () => void;
  /** Keeps the page while something on it must be read or done, also when the session ends. Answers how to stop keeping it. */
  readonly stay: () => () => void;
}
export const SessionContext = createContext<Session | null>(null);
export const useSession = (): Session => {
  const session = useContext(SessionContext);
  if (session === null) throw new Error("nobody is signed in");
  return session;
};
/** null: they may. Else why not, for people. */
export const useRefusal = (needed: "operator" | "admin"): string | null => {
  const { who } = useSession();
  return mayAs(who.role, needed) ? null : `This needs the role ${needed}; ${who.name} is ${who.role}.`;
};
