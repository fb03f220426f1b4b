/**
 * Finds the process that listens on an address: from the kernel's socket tables to the holder of the socket. Linux
 * only; empty elsewhere.
 */
import { readFileSync } from "node:fs";
import { BlockList, isIP } from "node:net";
import { endianness } from "node:os";
import { everyProcess, socketsOf } from "./processes.ts";

export interface SocketAddress {
  readonly host: string;
  readonly port: number;
}
/** Parses `127.0.0.1:7104`, `[::1]:7104`, `localhost:7104`. */
export const parseAddress = (address: string): SocketAddress => {
  const colon = address.lastIndexOf(":");
  return { host: address.slice(0, colon).replace(/^\[|\]$/g, ""), port: Number(address.slice(colon + 1)) };
};

export interface Listening {
  readonly host: string;
  readonly port: number;
  readonly inode: string;
  readonly uid: number;
}

/** The tables print each 32-bit word of an address as a number of this machine's byte order. */
const hostOf = (hex: string): string => {
  const bytes = hex.match(/.{8}/g)!.flatMap((word) => {
    const four = word.match(/../g)!.map((byte) => Number.parseInt(byte, 16));
    return endianness() === "LE" ? four.reverse() : four;
  });
  if (bytes.length === 4) return bytes.join(".");
  const words = Array.from({ length: 8 }, (_, i) => (bytes[2 * i]! * 256 + bytes[2 * i + 1]!).toString(16));
  return words.join(":");
};

/** A connection of this machine, from the side that `inode` holds. */
export interface Connection {
  readonly local: SocketAddress;
  readonly remote: SocketAddress;
  readonly inode: string;
}
const [ESTABLISHED, LISTEN] = ["01", "0A"];

/** proc(5), /proc/net/tcp: `sl local rem st tx:rx tr:when retrnsmt uid timeout inode …`. */
const parseSockets = (table: string, wanted: string) =>
  table
    .split("\n")
    .slice(1)
    .flatMap((line) => {
      // Thousands of closed connections may stand beside the few in question.
      if (!line.includes(` ${wanted} `)) return [];
      const [, local, remote, state, , , , uid, , inode] = line.trim().split(/\s+/);
      if (local === undefined || remote === undefined || inode === undefined || state !== wanted) return [];
      return [{ local: addressOf(local), remote: addressOf(remote), inode, uid: Number(uid) }];
    });
const addressOf = (written: string): SocketAddress => {
  const [host, port] = written.split(":");
  return { host: hostOf(host!), port: Number.parseInt(port!, 16) };
};
export const parseListening = (table: string): readonly Listening[] =>
  parseSockets(table, LISTEN).map(({ local, inode, uid }) => ({ ...local, inode, uid }));
const parseConnections = (table: string): readonly Connection[] =>
  parseSockets(table, ESTABLISHED).map(({ local, remote, inode }) => ({ local, remote, inode }));

const tables = (): readonly string[] =>
  ["/proc/net/tcp", "/proc/net/tcp6"].flatMap((path) => {
    try {
      return [readFileSync(path, "latin1")];
    } catch {
      return [];
    }
  });

/**
 * True if a listener there would answer for this address. A name (`localhost`) may mean several addresses: the port
 * decides.
 */
export const answersFor = (listener: { readonly host: string; readonly port: number }, wanted: SocketAddress) => {
  if (listener.port !== wanted.port) return false;
  const family = (host: string) => (isIP(host) === 6 ? "ipv6" : "ipv4");
  const list = new BlockList();
  list.addAddress(listener.host, family(listener.host));
  // BlockList treats an IPv4 address and the IPv6-mapped form as the same.
  const isAny = /^[0:.]+$/.test(listener.host) || /^0:0:0:0:0:ffff:0:0$/.test(listener.host);
  return isAny || isIP(wanted.host) === 0 || list.check(wanted.host, family(wanted.host));
};

/**
 * Snapshot of the TCP sockets and their holders. The kernel takes milliseconds to print the tables, and inspecting
 * every process takes as long: a snapshot answers for many addresses.
 */
export class SocketTable {
  /** False on systems, and in sandboxes, where the tables cannot be read. */
  readonly isReadable: boolean;
  readonly listening: readonly Listening[];
  readonly #read: readonly string[];
  /** Pids by inode, of every process that this user may inspect; null until first needed. */
  #holders: ReadonlyMap<string, readonly number[]> | null = null;

  constructor() {
    this.#read = tables();
    this.isReadable = this.#read.length > 0;
    this.listening = this.#read.flatMap(parseListening);
  }

  get connections(): readonly Connection[] {
    return this.#read.flatMap(parseConnections);
  }

  listenersOf(wanted: SocketAddress): readonly Listening[] {
    return this.listening.filter((each) => answersFor(each, wanted));
  }
  /** Pids that hold any of these sockets, as far as this user may inspect processes. */
  holdersOf(sockets: readonly { readonly inode: string }[]): readonly number[] {
    this.#holders ??= readHolders();
    return [...new Set(sockets.flatMap(({ inode }) => this.#holders!.get(inode) ?? []))];
  }
}
const readHolders = (): ReadonlyMap<string, readonly number[]> => {
  const holders = new Map<string, number[]>();
  for (const { pid } of everyProcess())
    for (const inode of socketsOf(pid)) holders.set(inode, [...(holders.get(inode) ?? []), pid]);
  return holders;
};
