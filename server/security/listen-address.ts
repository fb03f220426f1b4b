/** Listen addresses permitted to a server: loopback, and beyond loopback only under TLS. */
import { BlockList, isIP } from "node:net";

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet("127.0.0.0", 8, "ipv4");
LOOPBACK.addAddress("::1", "ipv6");
const ANY = new Set(["0.0.0.0", "::"]);

/** A name counts as beyond loopback, except `localhost`: the resolver decides where a name leads. */
const isLoopback = (host: string): boolean => {
  const version = isIP(host);
  return version === 0 ? host === "localhost" : LOOPBACK.check(host, version === 4 ? "ipv4" : "ipv6");
};
/**
 * True for an address that listens on every address of the machine, and so is not an address to reach the server by.
 */
export const isAnyAddress = (host: string): boolean => ANY.has(host);

/** Reason why a server must not listen there; null: permitted. */
export const whyListenDenied = (host: string, { tls, insecure }: { tls: boolean; insecure: boolean }): string | null =>
  isLoopback(host) || tls || insecure
    ? null
    : `${host} is reachable from other machines, and without TLS everyone between them reads the tokens: ` +
      "give --tls-cert and --tls-key, listen on 127.0.0.1, or say --insecure where something in front does TLS";

/** `[::1]` and `127.0.0.1` as in a URL. */
export const hostInUrl = (host: string): string => (host.includes(":") ? `[${host}]` : host);
/** `host:port`, IPv6 in brackets. */
export const splitListen = (listen: string): { host: string; port: number } => {
  const colon = listen.lastIndexOf(":");
  return { host: listen.slice(0, colon).replace(/^\[|\]$/g, ""), port: Number(listen.slice(colon + 1)) };
};
