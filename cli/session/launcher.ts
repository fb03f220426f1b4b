/**
 * The package manager that started this command: `npx`, `npm run`, `pnpm exec`, `yarn run`. The package manager passes
 * a signal on to the shell in between, which dies without passing the signal further (dash), and SIGKILL is passed to
 * no process: a run would go on without a reader for the verdict. The caller of `watch` treats the loss as SIGTERM.
 */
import { environmentOf, statOf } from "../../server/keeper/processes.ts";
import type { Clock, Ticker } from "../clock.ts";

export interface Launcher {
  /** A package manager is above: a signal that the terminal sends to the group comes again from the package manager. */
  readonly echoes: boolean;
  /** Calls once, when the package manager or a process between that manager and this command is gone. */
  watch(onLost: () => void): Ticker;
}
/** npm and pnpm set the first; yarn and bun only the others. */
const VARIABLES = ["npm_command", "npm_lifecycle_event", "npm_execpath"] as const;

/**
 * The environment without the package manager's variables, for a child that is meant to outlive the package manager.
 */
export const withoutLauncher = (environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(environment).filter(([name]) => !VARIABLES.some((variable) => variable === name)));

interface Link {
  readonly pid: number;
  readonly start: string;
}
/**
 * Chain from the parent upwards, to the first process that carries none of the variables: the package manager. A shell
 * between the two outlives a package manager that is killed, so the parent alone is no proof. Process 1 is not watched:
 * the end of process 1 ends every process. Another session is not watched either: a process put into a separate session
 * (`setsid`, pm2) was meant to stay. Without /proc (macOS) the chain is empty; `sh` there replaces itself, so the
 * parent is the package manager.
 */
const chainFrom = (parent: number, session: number | undefined): readonly Link[] => {
  const chain: Link[] = [];
  for (let pid = parent; pid > 1; ) {
    const stat = statOf(pid);
    if (stat === null || stat.session !== session) break;
    chain.push({ pid, start: stat.start });
    const environment = environmentOf(pid);
    if (environment === null || !VARIABLES.some((name) => environment.has(name))) break;
    pid = stat.parent;
  }
  return chain;
};
const isThere = ({ pid, start }: Link): boolean => statOf(pid)?.start === start;

/**
 * The kernel reports an exit only to the parent (no pidfd in Node), so the chain is polled: some microseconds each
 * time.
 */
const LOOK_MS = 100;
const NOBODY: Launcher = { echoes: false, watch: () => ({ stop() {} }) };

/** The chain is read at the start of the command, before any slow step. */
export const openLauncher = (environment: NodeJS.ProcessEnv, clock: Clock): Launcher => {
  if (!VARIABLES.some((name) => environment[name])) return NOBODY;
  const parent = process.ppid;
  const session = statOf(process.pid)?.session;
  if (statOf(parent) !== null && statOf(parent)?.session !== session) return NOBODY;
  const chain = chainFrom(parent, session);
  return {
    echoes: true,
    watch(onLost) {
      const ticker = clock.every(LOOK_MS, () => {
        // A parent that is process 1 from the start (a container's) stays process 1; a parent that became process 1 is
        // a loss.
        if (process.ppid === parent && chain.every(isThere)) return;
        ticker.stop();
        onLost();
      });
      return ticker;
    },
  };
};
