/**
 * Name sources of this machine: resolver files, DNS questions over c-ares, and getaddrinfo. c-ares needs no thread, so
 * that a name that never answers delays no other name; getaddrinfo takes a thread of libuv's pool for each question.
 */
import { lookup, Resolver } from "node:dns/promises";
import { readFileSync, statSync } from "node:fs";
import { networkInterfaces } from "node:os";
import { spellAddress } from "../transport/address.ts";
import { type Hosts, parseHosts } from "./hosts-file.ts";
import { parseResolvConf, type ResolvConf } from "./resolv-conf.ts";

export interface AddressRecord {
  readonly address: string;
  readonly ttlMs: number;
}
export interface NameSources {
  /** Contents of the resolver files as they are now. */
  files(): { readonly conf: ResolvConf; readonly hosts: Hosts };
  /** Asks DNS for the A (4) or AAAA (6) records of a full name. Rejects with a c-ares code such as ENOTFOUND. */
  ask(fullName: string, family: 4 | 6, conf: ResolvConf): Promise<readonly AddressRecord[]>;
  /** Asks getaddrinfo. Rejects with a code such as ENOTFOUND. */
  askSystem(name: string): Promise<readonly string[]>;
  /** Tells whether a connection to a global IPv6 address may leave this machine. */
  hasIPv6(): boolean;
}

/** Time, ms, between two looks at a file's state. */
const LOOK_MS = 1_000;

/** Contents of a file, parsed anew when the file has changed; an unreadable file counts as empty. */
class ParsedFile<T> {
  readonly #path: string;
  readonly #parse: (text: string) => T;
  readonly #nowMs: () => number;
  #state = "";
  #lookedAtMs = Number.NEGATIVE_INFINITY;
  #value: T;

  constructor(path: string, parse: (text: string) => T, nowMs: () => number) {
    this.#path = path;
    this.#parse = parse;
    this.#nowMs = nowMs;
    this.#value = parse("");
  }
  get value(): T {
    const nowMs = this.#nowMs();
    if (nowMs - this.#lookedAtMs < LOOK_MS) return this.#value;
    this.#lookedAtMs = nowMs;
    try {
      const { mtimeMs, ctimeMs, ino, size } = statSync(this.#path);
      const state = [mtimeMs, ctimeMs, ino, size].join();
      if (state !== this.#state) {
        this.#value = this.#parse(readFileSync(this.#path, "utf8"));
        this.#state = state;
      }
    } catch {
      this.#value = this.#parse("");
      this.#state = "";
    }
    return this.#value;
  }
}

/** Opens the name sources of this machine. `port`: port of the name servers, other than 53 in tests only. */
export const openSystemNames = (
  nowMs: () => number,
  { resolvConf = "/etc/resolv.conf", hosts = "/etc/hosts", port = 53 } = {},
): NameSources => {
  const confFile = new ParsedFile(resolvConf, parseResolvConf, nowMs);
  const hostsFile = new ParsedFile(hosts, parseHosts, nowMs);
  let resolver: { readonly conf: ResolvConf; readonly asks: Resolver } | null = null;
  const resolverFor = (conf: ResolvConf): Resolver => {
    if (resolver?.conf === conf) return resolver.asks;
    const asks = new Resolver({ timeout: conf.timeoutMs, tries: conf.attempts });
    const servers = conf.servers.length === 0 ? ["127.0.0.1"] : conf.servers;
    asks.setServers(servers.map((host) => spellAddress({ host, port })));
    resolver = { conf, asks };
    return asks;
  };
  return {
    files: () => ({ conf: confFile.value, hosts: hostsFile.value }),
    async ask(fullName, family, conf) {
      const asks = resolverFor(conf);
      const records =
        family === 4 ? await asks.resolve4(fullName, { ttl: true }) : await asks.resolve6(fullName, { ttl: true });
      return records.map(({ address, ttl }) => ({ address, ttlMs: ttl * 1_000 }));
    },
    async askSystem(name) {
      const found = await lookup(name, { all: true, verbatim: true });
      return [...new Set(found.map(({ address }) => address))];
    },
    hasIPv6: () =>
      Object.values(networkInterfaces())
        .flat()
        .some((own) => own?.family === "IPv6" && !own.internal && !own.address.startsWith("fe80")),
  };
};
