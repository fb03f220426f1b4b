/** Variables of a caller that name a callee, and the values that lead the caller's calls to the agent instead. */
import { type Reference, referencesIn } from "./references.ts";

export interface CallerSetting {
  /** A single variable, or two: the host and the port. */
  readonly variables: readonly string[];
  /**
   * `NAME=value` for each variable, to be put into the caller's environment; null: the value holds more than addresses,
   * and the rest may be secret.
   */
  readonly lines: readonly string[] | null;
  /** `host:port` of the callee that the variables name now. */
  readonly direct: string;
}

const LOOPBACK = /^(localhost|127(\.\d+){3}|0\.0\.0\.0)$/;
const isSameHost = (a: string, b: string) => a === b || (LOOPBACK.test(a) && LOOPBACK.test(b));
const split = (address: string): readonly [host: string, port: string] => {
  const colon = address.lastIndexOf(":");
  return [address.slice(0, colon), address.slice(colon + 1)];
};
const names =
  ({ host, port }: Reference) =>
  (address: string): boolean => {
    const [itsHost, itsPort] = split(address);
    return String(port) === itsPort && isSameHost(host, itsHost);
  };

/** True: a value without user, password, query or any part as long as a key, so that a record may hold the value. */
const isPlain = (value: string): boolean =>
  /^[\w.:/,+-]{1,200}$/.test(value) && value.split(/[/:,]/).every((part) => part.length <= 24);
const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
/** Value with the address replaced: host and port, or the host alone behind `//` where the scheme implies the port. */
const replaced = (value: string, { host, port }: Reference, listen: string): string =>
  value
    .replace(new RegExp(`(?<![\\w.-])${escaped(host)}:${port}(?!\\d)`, "g"), listen)
    .replace(new RegExp(`(?<=//)${escaped(host)}(?![\\w.:-])`, "g"), listen);

/** Settings that name any of these addresses, in the order of the environment. */
export const callerSettings = (
  environment: Readonly<Record<string, string>>,
  addresses: readonly string[],
  listen: string,
): readonly CallerSetting[] =>
  referencesIn(environment, []).flatMap((reference): CallerSetting[] => {
    if (!addresses.some(names(reference))) return [];
    const { host, port, where, portWhere } = reference;
    const direct = `${host}:${port}`;
    if (portWhere !== null) {
      const [agentHost, agentPort] = split(listen);
      return [
        {
          variables: [where, portWhere],
          lines: [`${where}=${agentHost}`, `${portWhere}=${agentPort}`],
          direct,
        },
      ];
    }
    const value = environment[where]!;
    return [
      { variables: [where], lines: isPlain(value) ? [`${where}=${replaced(value, reference, listen)}`] : null, direct },
    ];
  });
