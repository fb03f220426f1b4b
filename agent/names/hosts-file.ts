/** `/etc/hosts` (hosts(5)): addresses by name. */
import { isIP } from "node:net";

/** Addresses in file order, by lower-case name. */
export type Hosts = ReadonlyMap<string, readonly string[]>;

/** Parses the text of the file; a line that begins with no IP address is skipped. */
export const parseHosts = (text: string): Hosts => {
  const hosts = new Map<string, string[]>();
  for (const line of text.split("\n")) {
    const [address = "", ...names] = line.replace(/#.*$/, "").trim().split(/\s+/);
    if (isIP(address) === 0) continue;
    for (const name of names) {
      const key = name.toLowerCase();
      const known = hosts.get(key);
      if (known === undefined) hosts.set(key, [address]);
      else if (!known.includes(address)) known.push(address);
    }
  }
  return hosts;
};
