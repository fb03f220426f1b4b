/** Cost of a process from /proc (Linux): CPU time, resident memory and wakes, with all threads and child processes. */
import { readdirSync, readFileSync } from "node:fs";

/** Files of every thread of a process and of its child processes: `read` gets the folder of a thread below /proc. */
const sumOverThreads = (pid: number, read: (folder: string) => number): number => {
  let sum = 0;
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    const folder = `/proc/${pid}/task/${thread}`;
    sum += read(folder);
    for (const child of childrenOf(folder)) sum += sumOverThreads(child, read);
  }
  return sum;
};
const childrenOf = (folder: string): readonly number[] =>
  readFileSync(`${folder}/children`, "utf8").split(" ").filter(Boolean).map(Number);

/** CPU time since the start, nanoseconds: the first field of schedstat, which counts only time on a core. */
export const cpuNs = (pid: number): number =>
  sumOverThreads(pid, (folder) => Number(readFileSync(`${folder}/schedstat`, "utf8").split(" ")[0]));

/** Wakes since the start: voluntary context switches, each a sleep that ended. */
export const wakes = (pid: number): number =>
  sumOverThreads(pid, (folder) =>
    Number(/^voluntary_ctxt_switches:\s+(\d+)/m.exec(readFileSync(`${folder}/status`, "utf8"))![1]),
  );

/** Resident memory of a process and its child processes, MiB. */
export const residentMb = (pid: number): number => {
  const [, kb] = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
  const threads = readdirSync(`/proc/${pid}/task`).map((thread) => `/proc/${pid}/task/${thread}`);
  const children = threads.flatMap(childrenOf).reduce((sum, child) => sum + residentMb(child), 0);
  return Number(kb ?? 0) / 1024 + children;
};
