/** `/etc/resolv.conf` (resolv.conf(5)): servers, search list and times of the resolver; leaves questions to the resolver. */
import { isIP } from "node:net";

export interface ResolvConf {
  /** Addresses of name servers, in order, three at most as in glibc. */
  readonly servers: readonly string[];
  /** Domains tried behind a name, in order. */
  readonly search: readonly string[];
  /** Dots in a name from which the name is tried as it stands before the search list. */
  readonly ndots: number;
  readonly timeoutMs: number;
  /** Questions to each server before giving up. */
  readonly attempts: number;
}

const MOST_SERVERS = 3;
/** glibc's defaults and caps. */
const NDOTS = { fallback: 1, most: 15 };
const TIMEOUT_S = { fallback: 5, most: 30 };
const ATTEMPTS = { fallback: 2, most: 5 };

/** Value of the option `name:n`, capped; the last of several counts; nonsense is skipped. */
const numberOf = (
  options: readonly string[],
  name: string,
  { fallback, most }: { readonly fallback: number; readonly most: number },
): number => {
  const given = options.map((option) => new RegExp(`^${name}:(\\d{1,9})$`).exec(option)?.[1]);
  const last = given.findLast((digits) => digits !== undefined);
  return last === undefined ? fallback : Math.min(Number(last), most);
};

/** Parses the text of the file; an unknown line is skipped, as glibc does. The last `search` or `domain` line counts. */
export const parseResolvConf = (text: string): ResolvConf => {
  const lines = text
    .split("\n")
    .map((line) =>
      line
        .replace(/[#;].*$/, "")
        .trim()
        .split(/\s+/),
    )
    .filter(([keyword]) => keyword !== "");
  const valuesOf = (keyword: string) => lines.filter(([first]) => first === keyword).map(([, ...values]) => values);
  const options = valuesOf("options").flat();
  const domains = lines.findLast(([first]) => first === "search" || first === "domain")?.slice(1) ?? [];
  return {
    servers: valuesOf("nameserver")
      // A line without an IP address is skipped: c-ares would refuse the whole list for it.
      .flatMap(([server = ""]) => (isIP(server) === 0 ? [] : [server]))
      .slice(0, MOST_SERVERS),
    search: domains.map((domain) => domain.replace(/\.$/, "")).filter((domain) => domain !== ""),
    ndots: numberOf(options, "ndots", NDOTS),
    timeoutMs: Math.max(1, numberOf(options, "timeout", TIMEOUT_S)) * 1_000,
    attempts: Math.max(1, numberOf(options, "attempts", ATTEMPTS)),
  };
};
