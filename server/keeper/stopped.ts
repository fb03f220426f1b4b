/** Stopped processes of a mesh, as the process table shows them. */
import { resolve } from "node:path";
import { markOf } from "./process-identity.ts";
import { everyProcess } from "./processes.ts";

/** True while a process of the mesh of this folder is stopped (state `T`). Without /proc: never known, so false. */
export const hasStopped = (folder: string): boolean =>
  everyProcess().some(({ pid, state }) => state === "T" && markOf(pid)?.folder === resolve(folder));
