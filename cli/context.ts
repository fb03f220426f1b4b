/** The environment given to every command, so that no command reaches for globals. */
import type { Clock } from "./clock.ts";
import type { Launcher } from "./launcher.ts";
import type { Output } from "./output.ts";

export interface Context {
  readonly cwd: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly version: string;
  readonly output: Output;
  readonly clock: Clock;
  /** The package manager above this process, or none. */
  readonly launcher: Launcher;
  /** $SQUALL_HOME. Resolved when read: throws a usage error if there is none, and most commands need none. */
  readonly home: string;
  readStdin(): Promise<string>;
}
/** Ends with the exit code. */
export type Command<Options, Arguments extends readonly unknown[]> = (
  context: Context,
  options: Options,
  ...given: Arguments
) => Promise<number>;
