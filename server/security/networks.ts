/** Addresses and networks as administrators write: `10.0.0.0/8`, `fe80::1`. */
import { BlockList, isIPv4, SocketAddress } from "node:net";

const PARTS_OF_IPV6 = /^[\da-f:.]+$/i;
/**
 * IP version of an address: 4, 6, or 0 for any other text, and for an address with a zone. Node's `isIP` compiles a
 * regular expression of 1,500 characters at its first IPv6 address or name, 5 ms of CPU in each thread.
 */
export const ipVersion = (text: string): 0 | 4 | 6 => {
  if (!text.includes(":")) return isIPv4(text) ? 4 : 0;
  if (!PARTS_OF_IPV6.test(text)) return 0;
  try {
    return new SocketAddress({ address: text, family: "ipv6" }).family === "ipv6" ? 6 : 0;
  } catch {
    return 0;
  }
};

/** Parses `address` or `address/bits`; returns a problem in words for any other text. */
export const checkNetwork = (text: string): { address: string; bits: number; family: "ipv4" | "ipv6" } | string => {
  const [address, bits, ...rest] = text.split("/");
  const version = ipVersion(address ?? "");
  if (version === 0 || rest.length > 0)
    return `expected an address or a network such as 10.0.0.0/8 or fe80::/10, got ${JSON.stringify(text)}`;
  const longest = version === 4 ? 32 : 128;
  const length = bits === undefined ? longest : Number(bits);
  if (!/^\d{1,3}$/.test(bits ?? "0") || length > longest)
    return `expected at most /${longest}, got ${JSON.stringify(text)}`;
  return { address: address!, bits: length, family: version === 4 ? "ipv4" : "ipv6" };
};

export class AddressList {
  readonly #list = new BlockList();

  /** Throws TypeError for a text that is not a network. */
  constructor(networks: readonly string[]) {
    for (const network of networks) {
      const checked = checkNetwork(network);
      if (typeof checked === "string") throw new TypeError(checked);
      this.#list.addSubnet(checked.address, checked.bits, checked.family);
    }
  }
  /** True if the list contains the address; names are not looked up. */
  has(address: string): boolean {
    const bare = address.replace(/^\[|\]$/g, "").replace(/%.*$/, "");
    return this.#list.check(bare, bare.includes(":") ? "ipv6" : "ipv4");
  }
}
