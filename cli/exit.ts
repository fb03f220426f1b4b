/** Exit codes beside the verdicts' codes (DESIGN.md 5), and the error class that carries an exit code. */

/** Bad usage ends like a bad file: with the code of INVALID. */
import type { EXIT } from "../experiments/model/verdict/exit-code.ts";
export const USAGE = 2 satisfies (typeof EXIT)["INVALID"];
export const UNREACHABLE = 69;
export const INTERNAL = 70;
export const FORBIDDEN = 77;

/** Ends the command: the message is printed unchanged, without a stack. */
export class CommandError extends Error {
  override readonly name = "CommandError";
  readonly exitCode: number;
  constructor(exitCode: number, message: string) {
    super(message);
    this.exitCode = exitCode;
  }
}
export const usage = (message: string): CommandError => new CommandError(USAGE, message);
export const unreachable = (message: string): CommandError => new CommandError(UNREACHABLE, message);
export const forbidden = (message: string): CommandError => new CommandError(FORBIDDEN, `forbidden: ${message}`);
