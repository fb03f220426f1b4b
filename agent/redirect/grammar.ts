/**
 * Grammar of the gate (`gate.sh`): the lines that a gate takes, and its answer about the table. Addresses stand as nft
 * prints addresses, so that the text finds an element of the table.
 */
import { isIPv4, isIPv6 } from "node:net";
import type { Address } from "../transport/transport.ts";

/** `calls`: connections of this machine's programs; `arrivals`: connections from elsewhere. */
export type Direction = "calls" | "arrivals";
/**
 * Reach of an address: the end of a dial to the address. `refused`: by RST, or by a network that has no way there;
 * `silent`: no answer.
 */
export type Reach = "open" | "refused" | "silent";
/** Connections to an address go to a local port, or meet the end that the address has for each dial. */
export interface Redirection extends Address {
  readonly localPort: number;
  readonly reach: Reach;
}
/** Connections that are reset if they are older than the redirect. `from`: host of the caller; null: this machine. */
export interface ConnectionCut extends Address {
  readonly from: string | null;
}
/** A connection that passed the redirect by. */
export interface Passer {
  readonly from: Address;
  readonly to: Address;
  /** Time since the last packet that carried bytes, ms. */
  readonly ageMs: number;
}
/** Table of a gate as the kernel has the table. */
export interface GateTable {
  /** Local port by the key of the address. */
  readonly redirected: Readonly<Record<Direction, ReadonlyMap<string, number>>>;
  /** Reach of addresses that take no connection, by the key of the address. */
  readonly shut: Readonly<Record<Direction, ReadonlyMap<string, Reach>>>;
  /** Keys of the cuts in force. */
  readonly cuts: ReadonlySet<string>;
  readonly passers: readonly Passer[];
  /** Packets of passers for which the set of passers had no room, since the gate began. */
  readonly overflow: number;
  /** Packets that began connections to redirected addresses, by the key of the address, lately. */
  readonly begun: Readonly<Record<Direction, ReadonlyMap<string, number>>>;
}

const VERBS = {
  calls: { redirect: "+", release: "-", reach: "~", cut: "x", uncut: "o" },
  arrivals: { redirect: "<", release: ">", reach: "^", cut: "X", uncut: "O" },
} as const;
/** Words in a line at most: the shell reads a line byte by byte, and nft carries out a line as one transaction. */
const MOST_IN_LINE = 32;

/** Key of an address in the gate's table. */
export const keyOf = ({ host, port }: Address): string => `${host} . ${port}`;
export const cutKeyOf = (cut: ConnectionCut): string =>
  cut.from === null ? keyOf(cut) : `${cut.from} . ${keyOf(cut)}`;

const linesOf = (verb: string, words: readonly string[]): readonly string[] => {
  const lines: string[] = [];
  for (let first = 0; first < words.length; first += MOST_IN_LINE)
    lines.push(verb + words.slice(first, first + MOST_IN_LINE).join(" "));
  return lines;
};
/** Lines that redirect addresses, or renew that; an address that takes no connection is shut before it is redirected. */
export const redirectLines = (direction: Direction, all: readonly Redirection[]): readonly string[] => [
  ...reachLines(
    direction,
    all.filter(({ reach }) => reach !== "open"),
  ),
  ...linesOf(
    VERBS[direction].redirect,
    all.map(({ host, port, localPort }) => `${host} ${port} ${localPort}`),
  ),
];
/** Lines that set the end which new connections to the addresses meet; `open`: the redirect. */
export const reachLines = (
  direction: Direction,
  all: readonly Pick<Redirection, "host" | "port" | "reach">[],
): readonly string[] =>
  linesOf(
    VERBS[direction].reach,
    all.map(({ host, port, reach }) => `${host} ${port} ${reach}`),
  );
export const releaseLine = (direction: Direction, { host, port }: Address): string =>
  `${VERBS[direction].release}${host} ${port}`;
/** Lines that set cuts (`cut`), or take cuts away (`uncut`). */
export const cutLines = (what: "cut" | "uncut", cuts: readonly ConnectionCut[]): readonly string[] => {
  const [here, arriving] = [cuts.filter(({ from }) => from === null), cuts.filter(({ from }) => from !== null)];
  return [
    ...linesOf(
      VERBS.calls[what],
      here.map(({ host, port }) => `${host} ${port}`),
    ),
    ...linesOf(
      VERBS.arrivals[what],
      arriving.map(({ from, host, port }) => `${from} ${host} ${port}`),
    ),
  ];
};

/**
 * IP address in the form that the gate takes and nft prints: an IPv4-mapped address as IPv4; null: no such form, because
 * the text is a name, or an address of a single link.
 */
export const canonicalHost = (text: string): string | null => {
  if (isIPv4(text)) return text;
  if (!isIPv6(text) || text.includes("%")) return null;
  const host = new URL(`http://[${text}]`).hostname.slice(1, -1);
  const [, high, low] = /^::ffff:([0-9a-f]+):([0-9a-f]+)$/.exec(host) ?? [];
  if (high === undefined || low === undefined) return host;
  return [high, low].flatMap((word) => [Number.parseInt(word, 16) >> 8, Number.parseInt(word, 16) & 255]).join(".");
};

const ELEMENTS = /elements = \{([^}]*)\}/;
/** A part of the table by name, such as `map out4`, with the texts of its elements. */
const elementsIn = (text: string): ReadonlyMap<string, readonly string[]> => {
  const parts = text.split(/\n\t(?=(?:map|set|counter|chain) )/);
  return new Map(
    parts.map((part) => {
      const [, kind = "", name = ""] = /^(\w+) (\w+)/.exec(part) ?? [];
      const [, elements = ""] = ELEMENTS.exec(part) ?? [];
      return [`${kind} ${name}`, elements.split(",").flatMap((element) => element.trim() || [])];
    }),
  );
};
const UNITS: Readonly<Record<string, number>> = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1_000, ms: 1 };
/** Milliseconds of nft's form, such as `1m59s980ms`. */
const durationMs = (text: string): number =>
  [...text.matchAll(/(\d+)(ms|[dhms])/g)].reduce((sum, [, count, unit]) => sum + Number(count) * UNITS[unit!]!, 0);
/** Time for which the kernel remembers a passer after the last packet, ms (`gate.sh`: the set `passed`). */
const REMEMBERED_MS = 60_000;

const passerOf = (element: string): Passer => {
  const [pair = "", rest = ""] = element.split(" expires ");
  const [fromHost = "", fromPort, toHost = "", toPort] = pair.split(" . ");
  return {
    from: { host: fromHost, port: Number(fromPort) },
    to: { host: toHost, port: Number(toPort) },
    ageMs: Math.max(0, REMEMBERED_MS - durationMs(rest)),
  };
};
/** Key and local port of an element such as `10.0.0.1 . 80 expires 3s : 40001`, or `… : 10.0.0.1 . 40001`. */
const redirectedOf = (element: string): readonly [string, number] => {
  const [key = "", data = ""] = element.split(" : ");
  return [key.split(" expires ")[0]!, Number(data.split(" . ").at(-1))];
};

/** Key and packets of an element such as `10.0.0.1 . 80 counter packets 3 bytes 180 expires 59s`, in either order. */
const begunOf = (element: string): readonly [string, number] => [
  element.split(/ (?:expires|counter) /)[0]!,
  Number(/packets (\d+)/.exec(element)?.[1] ?? 0),
];

const countIn = (text: string, counter: string): number =>
  Number(new RegExp(`\\tcounter ${counter} \\{\\s*packets (\\d+)`).exec(text)?.[1] ?? 0);

/** Reads the answer of a gate to `?`, the text of `nft list table`. */
export const parseTable = (text: string): GateTable => {
  const elements = elementsIn(text);
  const both = (name: string) => [...(elements.get(`${name}4`) ?? []), ...(elements.get(`${name}6`) ?? [])];
  const keysOf = (name: string) => both(`set ${name}`).map((element) => element.split(" expires ")[0]!);
  const begun = (way: "out" | "in") => new Map(both(`set begun${way}`).map(begunOf));
  const shut = (way: "out" | "in") =>
    new Map(
      (["silent", "refused"] as const).flatMap((reach) => keysOf(reach + way).map((key) => [key, reach] as const)),
    );
  return {
    redirected: {
      calls: new Map(both("map out").map(redirectedOf)),
      arrivals: new Map(both("map in").map(redirectedOf)),
    },
    shut: { calls: shut("out"), arrivals: shut("in") },
    cuts: new Set([...keysOf("cutout"), ...keysOf("cutin")]),
    passers: both("set passed").map(passerOf),
    overflow: countIn(text, "full"),
    begun: { calls: begun("out"), arrivals: begun("in") },
  };
};
