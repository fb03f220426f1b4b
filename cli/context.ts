/** What every command is given: the world, so that none of them reaches for it. */
import type { Clock } from "./clock.ts";
import type { Output } from "./output.ts";
import type { Launcher } from "./session/launcher.ts";

export interface Context {
  readonly cwd: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly version: string;
  readonly output: Output;
  readonly clock: Clock;
  /** The package manager above, or nobody. */
  readonly launcher: Launcher;
  /** $SQUALL_HOME. Sought when it is read: throws a usage error where there is none, and most commands need none. */
  readonly home: string;
  readStdin(): Promise<string>;
}
/** Ends with the exit code. */
export type Command<Options, Arguments extends readonly unknown[]> = (
  context: Context,
  options: Options,
  ...given: Arguments
) => Promise<number>;
