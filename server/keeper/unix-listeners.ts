/**
 * Unix sockets on which processes listen, from the kernel's table: the path as bound, even if the file was removed
 * since.
 */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { linkOf, socketsOf } from "./processes.ts";

/** Flag SO_ACCEPTCON of proc_net(5): the socket listens. */
const LISTENS = 0x10000;

/** Paths by inode. proc_net(5), /proc/net/unix: `Num: RefCount Protocol Flags Type St Inode Path`. */
export const parseUnixListeners = (table: string): ReadonlyMap<string, string> => {
  const rows = [...table.matchAll(/^\S+: \S+ \S+ (\S+) \S+ \S+ +(\d+) (\/?[^@\n].*)$/gm)];
  const listening = rows.filter(([, flags]) => (Number.parseInt(flags!, 16) & LISTENS) !== 0);
  return new Map(listening.map(([, , inode, path]) => [inode!, path!]));
};

/** Table of the process's network namespace: a container has a table of its own. */
const tableFor = (pid: number | "self"): string => {
  try {
    return readFileSync(`/proc/${pid}/net/unix`, "utf8");
  } catch {
    return "";
  }
};

/**
 * Sockets on which a process listens, as paths usable by this process: through the other process's root where that
 * process sees other files.
 */
export const unixListenersOf = (pid: number): readonly string[] => {
  const listeners = parseUnixListeners(tableFor(pid));
  const isElsewhere = linkOf(pid, "ns/mnt") !== linkOf("self", "ns/mnt");
  return [...socketsOf(pid)].flatMap((inode) => {
    const bound = listeners.get(inode);
    if (bound === undefined) return [];
    const path = resolve(linkOf(pid, "cwd") ?? "/", bound);
    return [isElsewhere ? `/proc/${pid}/root${path}` : path];
  });
};

/** True if any process of this network namespace, of whatever user, listens on a path. */
export const isListenedOn = (path: string): boolean =>
  [...parseUnixListeners(tableFor("self")).values()].some((bound) => bound === path);
