/** Addresses and networks as administrators write: `10.0.0.0/8`, `fe80::1`. */
import { BlockList, isIP } from "node:net";

/** Parses `address` or `address/bits`; returns a problem in words for any other text. */
export const checkNetwork = (text: string): { address: string; bits: number; family: "ipv4" | "ipv6" } | string => {
  const [address, bits, ...rest] = text.split("/");
  const version = isIP(address ?? "");
  if (version === 0 || rest.length > 0 || address!.includes("%"))
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
    return this.#list.check(bare, isIP(bare) === 6 ? "ipv6" : "ipv4");
  }
}
