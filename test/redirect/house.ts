/**
 * Two services that know nothing of agents, each in a network of its own with a wire between them (veth), over IPv4 and
 * IPv6. The hub is the callee's network; each other network is a caller's.
 */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { NFT } from "../../scripts/needs.ts";
import { findProgram, lackOf } from "../../scripts/programs.ts";
import { lackOfNetworks, type Networks, openNetworks, type Room } from "../crash/networks.ts";
import { sleep } from "../waiting.ts";

const PEER = join(import.meta.dirname, "peer.mjs");

/** Reason why this machine can have no redirect; null: the redirect works here. */
export const lackOfRedirect = (): string | null =>
  (process.platform === "linux" ? lackOfNetworks() : "needs Linux") ?? lackOf(NFT);

/** Runs a command in a room and returns the output. */
export const runIn = (room: Room, ...command: readonly string[]): string => {
  const [program, ...rest] = room.within(command);
  return execFileSync(program, rest, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
};
export const nftIn = (room: Room, ...words: readonly string[]): string =>
  runIn(room, findProgram("nft") ?? "nft", ...words);
export const rulesetOf = (room: Room): string => nftIn(room, "-s", "list", "ruleset");

export interface Answer {
  readonly status: number;
  /** Name of the service and the peer that the service saw; without an answer, the code of the error. */
  readonly body: string;
  readonly isReused?: boolean;
  readonly ms: number;
}
/** True when the call met RST on the kept connection. */
export const isCut = ({ status, body }: Answer): boolean => status === 0 && body === "ECONNRESET";
export interface Call {
  /** Calls of a pool share a kept connection; absent: each call has a connection of its own. */
  readonly pool?: string;
  readonly timeoutMs?: number;
  /** Address to call from; absent: the system's choice. */
  readonly from?: string;
  /** Addresses of the name in the URL, which are dialled in turn; absent: the system's resolver. */
  readonly hosts?: readonly string[];
  /** Port to call from, on a new connection; absent: the system's choice. */
  readonly fromPort?: number;
}
export interface Caller {
  call(url: string, options?: Call): Promise<Answer>;
}

export class House {
  readonly #networks: Networks;
  readonly #children = new Set<ChildProcess>();

  private constructor(networks: Networks) {
    this.#networks = networks;
  }
  /** `callers`: number of callers' networks. */
  static async open(callers = 1): Promise<House> {
    const networks = await openNetworks(callers);
    for (const [i, { room }] of networks.wires.entries()) {
      runIn(networks.hub, "ip", "-6", "addr", "add", `fd00:213:${i}::1/64`, "dev", `w${i}`, "nodad");
      runIn(room, "ip", "-6", "addr", "add", `fd00:213:${i}::2/64`, "dev", "w", "nodad");
    }
    return new House(networks);
  }
  get hub(): Room {
    return this.#networks.hub;
  }
  room(i = 0): Room {
    return this.#networks.wires[i]!.room;
  }
  /** Starts a service in a room; `group`: the group that the process runs as. */
  async serve(room: Room, name: string, port: number, { host = "::", group }: { host?: string; group?: number } = {}) {
    const child = this.start(room, [...asGroup(group), process.execPath, PEER, "service", name, String(port), host]);
    await once(child.stdout!, "data");
    return child;
  }
  /** Starts a service that answers by calls to another; `modes`: `fallback`, `kept`. */
  async front(room: Room, name: string, port: number, callee: string, ...modes: readonly string[]) {
    const child = this.start(room, [process.execPath, PEER, "front", name, String(port), callee, ...modes]);
    await once(child.stdout!, "data");
    return child;
  }
  async caller(room: Room, group?: number): Promise<Caller> {
    const child = this.start(room, [...asGroup(group), process.execPath, PEER, "caller"]);
    const waiting = new Map<number, (answer: Answer) => void>();
    await once(child.stdout!, "data");
    createInterface({ input: child.stdout! }).on("line", (line) => {
      const { id, ...answer } = JSON.parse(line) as Answer & { readonly id: number };
      waiting.get(id)?.(answer);
      waiting.delete(id);
    });
    let last = 0;
    return {
      call: (url, options = {}) =>
        new Promise((resolve) => {
          last += 1;
          waiting.set(last, resolve);
          child.stdin!.write(`${JSON.stringify({ id: last, url, ...options })}\n`);
        }),
    };
  }
  start(room: Room, command: readonly string[], env: NodeJS.ProcessEnv = process.env): ChildProcess {
    const [program, ...rest] = room.within(command);
    const child = spawn(program, rest, { stdio: ["pipe", "pipe", "pipe"], env });
    this.#children.add(child);
    child.stdin!.on("error", () => {});
    return child;
  }
  async close(): Promise<void> {
    for (const child of this.#children) child.kill("SIGKILL");
    await this.#networks.close();
  }
}
const asGroup = (group: number | undefined): readonly string[] =>
  group === undefined ? [] : ["setpriv", `--regid=${group}`, "--clear-groups"];

/** Calls all the time until `stop`, on new connections and on a kept one; returns the number of calls by status. */
export const callOn = (caller: Caller, url = "http://10.213.0.1:8080/") => {
  const statuses: Record<string, number> = {};
  let isOver = false;
  const loop = async (pool?: string) => {
    while (!isOver) {
      const { status, body } = await caller.call(url, pool === undefined ? {} : { pool });
      const what = status === 0 ? `${pool ?? "new"}: ${body}` : String(status);
      statuses[what] = (statuses[what] ?? 0) + 1;
      await sleep(5);
    }
  };
  const loops = [loop(), loop(), loop("kept"), loop("kept too")];
  return {
    statuses: statuses as Readonly<Record<string, number>>,
    async stop() {
      isOver = true;
      await Promise.all(loops);
      return statuses;
    },
  };
};
