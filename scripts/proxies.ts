/** The proxies that the recipes of docs/proxies.md are tried with; and how to get them. */
import { findProgram, installPackages } from "./programs.ts";

export const PROXIES = ["nginx", "haproxy"] as const;

/** Installs Debian's packages as root. Answers in words which of `names` are there: their tests are left out otherwise. */
export const ensureProxies = (names: readonly string[] = PROXIES): string => {
  const missing = () => names.filter((name) => findProgram(name) === null);
  if (missing().length > 0) installPackages(...missing());
  const left = missing();
  if (left.length === 0) return names.map((name) => findProgram(name)).join(", ");
  return `${left.join(" and ")} could not be installed: what needs them is left out (Debian and Ubuntu: \`apt-get install ${left.join(" ")}\`)`;
};
