/**
 * Process marks: tell if a process of this machine is still alive. A pid alone may since have been given to another
 * process.
 */
import { machineBootOf, type ProcessMark as SaidMark } from "../../agent/contract/process-mark.ts";
import { bootId, pidNamespace, statOf } from "../keeper/processes.ts";

const startTimeOf = (pid: number): string | null => statOf(pid)?.start ?? null;
/** Boot of this machine and pid namespace of this server. */
export const machineBoot = (): string | null => machineBootOf(bootId(), pidNamespace());

export interface ProcessMark {
  readonly pid: number;
  /** null: unreadable when the agent said hello, so the start time is unknown. */
  readonly started: string | null;
  readonly machineBoot: string | null;
}
/**
 * Mark of the process that an agent claims to be, if that process runs here: the same pid on another machine, or in
 * another namespace, is another process, and the end of that process would be no proof. `said`: the process data as the
 * agent read it.
 */
export const processMarkOf = (pid: number, said: SaidMark | null) => {
  const mark: ProcessMark = { pid, started: startTimeOf(pid), machineBoot: machineBoot() };
  const isHere = said !== null && said.machineBoot === mark.machineBoot && said.started === mark.started;
  return isHere ? mark : { pid, started: null, machineBoot: null };
};

/**
 * True only when the end is certain: the process ran here, and the pid is absent, or now belongs to another process.
 */
export const hasEnded = (mark: ProcessMark): boolean => {
  if (mark.started === null || mark.machineBoot === null) return false;
  return mark.machineBoot === machineBoot() && startTimeOf(mark.pid) !== mark.started;
};
