/**
 * Orphaned connections: connections of callers in our own network namespace whose program has closed the socket. The
 * caller's kernel then stays silent until bytes are written to the socket, and a half-close looks the same on the wire;
 * but a closed socket has inode 0 in /proc/net/tcp, and a half-closed socket still has an inode (proc_net_tcp.txt of
 * Linux). Where there is no such file, no orphan is ever found.
 */
import { readFile } from "node:fs/promises";
import { endianness } from "node:os";
import type { Alarm, Clock } from "../clock/clock.ts";
import type { Address, ConnectionAddresses } from "./transport.ts";

/** Interval between reads of the tables: the table of a busy machine takes milliseconds to write. */
const LOOK_MS = 1_000;
/** Delay from FIN to the first read of the tables: the acknowledgement of the FIN has come by then. */
const FIRST_MS = 50;
const TABLES = ["/proc/net/tcp", "/proc/net/tcp6"];
/** Socket state FIN_WAIT2: FIN sent and acknowledged, none received (include/net/tcp_states.h). */
const FIN_WAIT2 = "05";

export class Orphans {
  readonly #clock: Clock;
  readonly #read: (path: string) => Promise<string>;
  readonly #report: (error: unknown) => void;
  readonly #waiting = new Map<string, () => void>();
  #alarm: Alarm | null = null;
  #looking = false;
  #lookedMs = Number.NEGATIVE_INFINITY;

  /** `report`: called with the error of a failed check, such as a defect in a `gone` callback. */
  constructor(clock: Clock, report: (error: unknown) => void, read = (path: string) => readFile(path, "latin1")) {
    this.#clock = clock;
    this.#report = report;
    this.#read = read;
  }
  /**
   * Waits on a connection whose caller has sent FIN; null: the connection's addresses are unknown. Returns a function
   * that stops waiting.
   */
  wait(ends: ConnectionAddresses | null, gone: () => void): () => void {
    if (ends === null) return () => {};
    const key = `${keyOf(ends.remote)} ${keyOf(ends.local)}`;
    this.#waiting.set(key, gone);
    this.#arm();
    return () => {
      this.#waiting.delete(key);
      if (this.#waiting.size > 0) return;
      this.#alarm?.cancel();
      this.#alarm = null;
    };
  }

  #arm(): void {
    if (this.#alarm !== null || this.#looking) return;
    const atMs = Math.max(this.#lookedMs + LOOK_MS, this.#clock.nowMs() + FIRST_MS);
    this.#alarm = this.#clock.wake(atMs, () => {
      this.#alarm = null;
      this.#looking = true;
      this.#lookedMs = this.#clock.nowMs();
      this.#look()
        .catch(this.#report)
        .finally(() => {
          this.#looking = false;
          if (this.#waiting.size > 0) this.#arm();
        })
        .catch(this.#report);
    });
  }
  async #look(): Promise<void> {
    // Only connections waiting before the tables were read: another connection may have taken a port since.
    const asked = new Map(this.#waiting);
    const tables = await Promise.all(TABLES.map((path) => this.#read(path).catch(() => "")));
    for (const key of tables.flatMap(orphansIn)) {
      const gone = asked.get(key);
      if (gone === undefined || this.#waiting.get(key) !== gone) continue;
      this.#waiting.delete(key);
      gone();
    }
  }
}

/** Closed sockets of a table, as `local remote`: seen from our side, such a connection is `remote local`. */
const orphansIn = (table: string): readonly string[] =>
  table.split("\n").flatMap((line) => {
    const [, local = "", remote = "", state, , , , , , inode] = line.trim().split(/\s+/);
    return state === FIN_WAIT2 && inode === "0" ? [`${addressOf(local)} ${addressOf(remote)}`] : [];
  });

/** The kernel writes each word of an address in the machine's byte order. */
const IS_LITTLE = endianness() === "LE";
const MAPPED = "00000000000000000000ffff";
/**
 * Address of a table in the form of keys: `0100007F:1F90` (127.0.0.1:8080) → `7f000001:8080`; IPv6 addresses as 32
 * digits.
 */
const addressOf = (text: string): string => {
  const [hex = "", port = ""] = text.split(":");
  const bytes = Buffer.from(hex, "hex");
  const words = Array.from({ length: bytes.length / 4 }, (_, i) => {
    const word = Buffer.from(bytes.subarray(i * 4, i * 4 + 4));
    return (IS_LITTLE ? word.reverse() : word).toString("hex");
  }).join("");
  const digits = words.startsWith(MAPPED) ? words.slice(MAPPED.length) : words;
  return `${digits}:${Number.parseInt(port, 16)}`;
};
/** Key of an address as Node writes addresses, in the same form as `addressOf`. */
const keyOf = ({ host: address, port }: Address): string => {
  const v4 = /(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(address);
  if (v4 !== null) return `${Buffer.from(v4.slice(1).map(Number)).toString("hex")}:${port}`;
  const [head = "", tail = ""] = address.split("%")[0]!.split("::");
  const groups = (part: string) => (part === "" ? [] : part.split(":"));
  const [front, back] = [groups(head), groups(tail)];
  const zeros = address.includes("::") ? Array<string>(8 - front.length - back.length).fill("0") : [];
  return `${[...front, ...zeros, ...back].map((group) => group.padStart(4, "0")).join("")}:${port}`;
};
