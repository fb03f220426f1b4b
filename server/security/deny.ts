/**
 * Deny list: addresses that this server never dials, whoever asks. Probes and webhooks are named in documents, and a
 * document must not make the server fetch a cloud's credentials. The check is on the address really dialled: a name is
 * resolved once, and the connection goes to the checked address, so a name that resolves differently the second time
 * gains no access.
 */
import { type LookupAddress, lookup } from "node:dns";
import { connect, type LookupFunction, type NetConnectOpts, type Socket } from "node:net";
import type { buildConnector } from "undici";
import { undici } from "../undici.ts";
import { AddressList, ipVersion } from "./networks.ts";

const DENIED_BY_DEFAULT: readonly string[] = [
  // Link-local, where most clouds answer with the machine's credentials.
  "169.254.0.0/16",
  "fe80::/10",
  // The metadata services that live elsewhere: AWS and GCP over IPv6, Alibaba, Azure, Oracle.
  "fd00:ec2::254",
  "fd20:ce::254",
  "100.100.100.200",
  "168.63.129.16",
  "192.0.0.192",
  // Link-local IPv4 embedded in IPv6: NAT64 and 6to4. The mapped form ::ffff:… counts as IPv4 anyway.
  "64:ff9b::a9fe:0/112",
  "2002:a9fe::/32",
];

export const DENIED_CODE = "SQUALL_DENIED";
export class AddressDenied extends Error {
  override readonly name = "AddressDenied";
  readonly code = DENIED_CODE;
  constructor(host: string, address: string) {
    const which = host === address ? address : `${host} (${address})`;
    super(`${which} is on this server's deny list: nothing was sent; its administrator can allow it with --allow`);
  }
}

/** Networks as text, from which a worker thread of this process builds the same list. */
export interface DenyLists {
  readonly denied: readonly string[];
  readonly allowed: readonly string[];
}
export class DenyList {
  readonly lists: DenyLists;
  readonly #denied: AddressList;
  readonly #allowed: AddressList;

  constructor(denied: readonly string[] = DENIED_BY_DEFAULT, allowed: readonly string[] = []) {
    this.lists = { denied, allowed };
    this.#denied = new AddressList(denied);
    this.#allowed = new AddressList(allowed);
  }
  /** Denies an address; names are not looked up. */
  isDenied(address: string): boolean {
    return this.#denied.has(address) && !this.#allowed.has(address);
  }
  /** Throws AddressDenied for an address that may not be dialled. Names pass: a name is checked once resolved. */
  check(host: string): void {
    const bare = host.replace(/^\[|\]$/g, "");
    if (ipVersion(bare.replace(/%.*$/, "")) !== 0 && this.isDenied(bare)) throw new AddressDenied(bare, bare);
  }
}

/**
 * Resolves a name once and hands on only addresses that may be dialled; a denied address among several denies the name.
 */
export const guardedLookup =
  (list: DenyList): LookupFunction =>
  (host, options, callback) => {
    const answer = callback as (error: Error | null, address: string | LookupAddress[], family?: number) => void;
    lookup(host, { ...options, all: true }, (error, addresses) => {
      if (error !== null) return answer(error, []);
      const denied = addresses.find(({ address }) => list.isDenied(address));
      if (denied !== undefined) return answer(new AddressDenied(host, denied.address), []);
      if (options.all === true) return answer(null, addresses);
      answer(null, addresses[0]!.address, addresses[0]!.family);
    });
  };

/**
 * `net.connect` that dials no address on the list. Throws AddressDenied for a denied literal; for a denied name the
 * socket fails with AddressDenied.
 */
export const guardedConnect = (list: DenyList, options: NetConnectOpts & { readonly host: string }): Socket => {
  list.check(options.host);
  return connect({ ...options, lookup: guardedLookup(list) } as NetConnectOpts);
};

/** Connector for `new Pool(origin, { connect })` of undici: each new connection is checked, TLS connections too. */
export const guardedConnector = (list: DenyList): buildConnector.connector => {
  const dial = undici().buildConnector({ timeout: 0, lookup: guardedLookup(list) } as buildConnector.BuildOptions);
  return (options, callback) => {
    try {
      list.check(options.hostname);
    } catch (error) {
      callback(error as Error, null);
      return;
    }
    dial(options, callback);
  };
};
