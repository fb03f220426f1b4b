/** Search list: the full names to ask for, in order, as in glibc's `res_nsearch`. */
import type { ResolvConf } from "./resolv-conf.ts";

/**
 * Full names for a name, without the closing dot, in the order of the questions. A name with a closing dot is asked for
 * as it stands only; a name with fewer dots than `ndots` after the search list, other names before.
 */
export const fullNames = (name: string, { search, ndots }: Pick<ResolvConf, "search" | "ndots">): readonly string[] => {
  if (name.endsWith(".")) return [name.slice(0, -1)];
  const searched = search.map((domain) => `${name}.${domain}`);
  const dots = name.split(".").length - 1;
  return dots >= ndots ? [name, ...searched] : [...searched, name];
};
