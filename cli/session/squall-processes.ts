/**
 * Servers and agents of this machine by the process table, whatever $SQUALL_HOME each was started with. Every answer is
 * the kernel's: a server holds a record open, an agent listens on a control socket, a process of a mesh carries
 * SQUALL_RUN. `halting.ts` knows how to reach each.
 */
import { basename } from "node:path";
import type { ProcessStat } from "../../agent/contract/process-mark.ts";
import { type Mark, markOf } from "../../server/keeper/process-identity.ts";
import {
  argvOf,
  commandOf,
  everyProcess,
  hasProc,
  linkOf,
  openFilesOf,
  statOf,
  userOf,
} from "../../server/keeper/processes.ts";
import { unixListenersOf } from "../../server/keeper/unix-listeners.ts";
import { userName } from "../../server/keeper/users.ts";
import { isAlive, isElsewhere, readRecord, recordIn, SERVER_FILE, type ServerRecord } from "./server-record.ts";

export interface AgentHere {
  readonly pid: number;
  /** Start time; with the pid and this boot, the start identifies a process. */
  readonly start: string;
  /** The run or mesh that the process belongs to; null: an agent that no mesh started. */
  readonly mark: Mark | null;
  /** Control sockets that the agent listens on. */
  readonly sockets: readonly string[];
}
/**
 * A `squall run` process without a separate server: between two meshes, while a mesh starts, or attached to an `up`.
 */
export interface RunHere {
  readonly pid: number;
  readonly start: string;
  readonly command: string;
}
/** A process of Squall that this user may not read. */
export interface OutOfReach {
  readonly pid: number;
  readonly user: string;
  readonly command: string;
}
export interface SquallProcesses {
  readonly servers: readonly ServerRecord[];
  readonly agents: readonly AgentHere[];
  readonly bare: readonly RunHere[];
  readonly outOfReach: readonly OutOfReach[];
  /** Reason why processes could be running unseen from here; null: none could. */
  readonly unseen: string | null;
}
export const NOTHING_SEEN: SquallProcesses = { servers: [], agents: [], bare: [], outOfReach: [], unseen: null };

type Role = "run" | "up" | "serve" | "agent";
const ROLES: Readonly<Record<string, Role>> = { run: "run", up: "up", serve: "serve", agent: "agent" };
/** A run with such an option belongs to another server. */
const ELSEWHERE = /^--(server|context)(=|$)/;
const RUNTIME = /^(node|nodejs|bun|deno)[\d.]*$/;
const SCRIPT = /^squall(\.js)?$/;
const AGENT_SCRIPT = /(^|\/)agent\/main\.[jt]s$/;

/** Role by the words that a process was started with; null: neither a server nor an agent of Squall. */
export const roleOf = ([program = "", ...words]: readonly string[]): Role | null => {
  if (!RUNTIME.test(basename(program))) return null;
  // Behind options of the runtime, which may have values.
  const at = words.findIndex((word) => SCRIPT.test(basename(word)) || AGENT_SCRIPT.test(word));
  const isScript = words
    .slice(0, at)
    .every((word, i) => word.startsWith("-") || words[i - 1]?.startsWith("-") === true);
  if (at < 0 || !isScript) return null;
  if (AGENT_SCRIPT.test(words[at]!)) return "agent";
  const role = Object.hasOwn(ROLES, words[at + 1] ?? "") ? ROLES[words[at + 1]!]! : null;
  return role === "run" && words.some((word) => ELSEWHERE.test(word)) ? null : role;
};

/** True for a mesh's own agent. An agent started by hand in a shell of a mesh only inherited the mesh's mark. */
const isOwned = (pid: number): boolean => argvOf(pid)?.includes("--parent") === true;

/** Records are read through the process: the folder may be gone, or lie in a container. */
const recordsOf = async (pid: number): Promise<readonly ServerRecord[]> => {
  const files = (openFilesOf(pid) ?? []).filter(({ target }) => basename(target).startsWith(SERVER_FILE));
  const records = await Promise.all(files.map(({ descriptor }) => readRecord(`/proc/${pid}/fd/${descriptor}`)));
  return records.filter((record) => record !== null);
};
/** The server of a mesh with live processes; null: the server is gone, or the record is not readable. */
const recordOfMark = async ({ folder }: Mark): Promise<ServerRecord | null> => {
  const record = await readRecord(recordIn(folder));
  // Processes of a container are seen from outside the container, under other pids than the record has.
  return record !== null && (isAlive(record) || isElsewhere(record)) ? record : null;
};

/** The first process namespace of a machine has this number (PROC_PID_INIT_INO of Linux). */
const FIRST_NAMESPACE = "pid:[4026531836]";
const unseen = (): string | null => {
  if (!hasProc) return "this system does not tell what other $SQUALL_HOMEs than this one run";
  if (process.getuid?.() !== 0 && statOf(1) === null) return "processes of other users are hidden from this one";
  if (linkOf("self", "ns/pid") !== FIRST_NAMESPACE)
    return "what runs outside of this container cannot be seen from here";
  return null;
};

interface Found extends ProcessStat {
  readonly role: Role | null;
  readonly mark: Mark | null;
}
const ours = (): readonly Found[] =>
  everyProcess().flatMap((stat) => {
    if (stat.pid === process.pid) return [];
    const role = roleOf(argvOf(stat.pid) ?? []);
    const mark = markOf(stat.pid);
    return role === null && mark === null ? [] : [{ ...stat, role, mark }];
  });

const unique = (records: readonly ServerRecord[]): readonly ServerRecord[] => [
  ...new Map(records.map((record) => [`${record.url} ${record.token}`, record])).values(),
];

export const findSquallProcesses = async (): Promise<SquallProcesses> => {
  const found = ours();
  const isHidden = ({ pid, role }: Found) => role !== null && openFilesOf(pid) === null && statOf(pid) !== null;
  const hidden = found.filter(isHidden);
  const seen = found.filter((one) => !hidden.includes(one));
  const marks = new Map(seen.flatMap(({ mark }) => (mark === null ? [] : [[mark.folder, mark] as const])));
  const own = await Promise.all(
    seen
      .filter(({ role }) => role !== null && role !== "agent")
      .map(async (process) => ({ process, records: await recordsOf(process.pid) })),
  );
  const marked = await Promise.all([...marks.values()].map(recordOfMark));
  return {
    servers: unique([...own.flatMap(({ records }) => records), ...marked.filter((record) => record !== null)]),
    agents: seen.flatMap(({ pid, start, role, mark }) =>
      role === "agent" ? [{ pid, start, mark: isOwned(pid) ? mark : null, sockets: unixListenersOf(pid) }] : [],
    ),
    bare: own.flatMap(({ process: { pid, start, role }, records }) =>
      role === "run" && records.length === 0 ? [{ pid, start, command: commandOf(pid) }] : [],
    ),
    outOfReach: hidden.map(({ pid }) => ({ pid, user: userName(userOf(pid) ?? -1), command: commandOf(pid) })),
    unseen: unseen(),
  };
};
