/**
 * Network namespaces with a wire from a hub to each of the others (network_namespaces(7), veth(4)). A namespace lives
 * as long as the process that holds it, which ends with the test, however the test ends: no namespace is left on the
 * machine.
 */
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import type { Way } from "./line.ts";

export interface Room {
  /** Command line that runs `command` in this network. */
  within(command: readonly string[]): readonly [string, ...string[]];
}
/** Wire from a separate room to the hub. */
export interface Wire {
  readonly room: Room;
  /** Address of the hub, as seen from this room. */
  readonly hub: string;
  /** Sends frames to a station that does not exist: the frames vanish, and no end is notified. up: from the room. */
  cut(ways: readonly Way[]): void;
  /** Takes the hub's end of the wire down, as when a cable is pulled. */
  pull(): void;
  heal(): void;
}
export interface Networks {
  readonly hub: Room;
  readonly wires: readonly Wire[];
  /** Lets the rooms reach each other, through the hub. */
  joinWires(): void;
  close(): Promise<void>;
}

/** Reason why this machine has no such networks; null: such networks work. */
export const lackOfNetworks = (): string | null => {
  if (process.getuid?.() !== 0) return "needs root, to make networks of its own";
  const made = "ip link add v0 type veth peer name v1";
  return spawnSync("unshare", ["--net", "sh", "-c", made], { stdio: "ignore" }).status === 0
    ? null
    : "needs network namespaces with veth, which this machine does not give";
};

const NOBODY = "02:00:00:00:00:01";

const openRoom = async () => {
  const holder = spawn("unshare", ["--net", "sh", "-c", "ip link set lo up && echo up && exec cat"], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  await once(holder.stdout, "data");
  const within = (command: readonly string[]) => ["nsenter", `--target=${holder.pid}`, "--net", ...command] as const;
  const ip = (...words: readonly string[]) => {
    const [program, ...rest] = within(["ip", ...words]);
    execFileSync(program, rest, { stdio: ["ignore", "ignore", "pipe"] });
  };
  const close = async () => {
    const exited = once(holder, "exit");
    holder.stdin.end();
    await exited;
  };
  return { pid: String(holder.pid), within, ip, close };
};
type OpenRoom = Awaited<ReturnType<typeof openRoom>>;

const openWire = (hub: OpenRoom, room: OpenRoom, i: number): Wire => {
  const [near, far] = [`10.213.${i}.1`, `10.213.${i}.2`];
  hub.ip("link", "add", `w${i}`, "type", "veth", "peer", "name", "w", "netns", room.pid);
  hub.ip("addr", "add", `${near}/30`, "dev", `w${i}`);
  hub.ip("link", "set", `w${i}`, "up");
  room.ip("addr", "add", `${far}/30`, "dev", "w");
  room.ip("link", "set", "w", "up");
  const misdirect = {
    up: () => room.ip("neigh", "replace", near, "lladdr", NOBODY, "dev", "w", "nud", "permanent"),
    down: () => hub.ip("neigh", "replace", far, "lladdr", NOBODY, "dev", `w${i}`, "nud", "permanent"),
  };
  const direct = {
    up: () => room.ip("neigh", "del", near, "dev", "w"),
    down: () => hub.ip("neigh", "del", far, "dev", `w${i}`),
  };
  let mend: (() => void)[] = [];
  return {
    ...{ room, hub: near },
    cut(ways) {
      for (const way of ways) {
        misdirect[way]();
        mend.push(direct[way]);
      }
    },
    pull() {
      hub.ip("link", "set", `w${i}`, "down");
      mend.push(() => hub.ip("link", "set", `w${i}`, "up"));
    },
    heal() {
      for (const step of mend) step();
      mend = [];
    },
  };
};

export const openNetworks = async (wires: number): Promise<Networks> => {
  const rooms = await Promise.all(Array.from({ length: wires + 1 }, openRoom));
  const [hub, ...others] = rooms as [OpenRoom, ...OpenRoom[]];
  return {
    hub,
    wires: others.map((room, i) => openWire(hub, room, i)),
    joinWires() {
      const [program, ...rest] = hub.within(["sh", "-c", "echo 1 >/proc/sys/net/ipv4/ip_forward"]);
      execFileSync(program, rest);
      for (const [i, room] of others.entries()) room.ip("route", "add", "default", "via", `10.213.${i}.1`);
    },
    async close() {
      for (const { close } of rooms) await close();
    },
  };
};
