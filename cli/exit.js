/** Bad usage ends like a bad file: with the code of INVALID. */
export const USAGE = 2;
export const UNREACHABLE = 69;
export const INTERNAL = 70;
export const FORBIDDEN = 77;
/** Ends the command: the message is printed as it stands, without a stack. */
export class CommandError extends Error {
  name = "CommandError";
  exitCode;
  constructor(exitCode, message) {
    super(message);
    this.exitCode = exitCode;
  }
}
export const usage = (message) => new CommandError(USAGE, message);
export const unreachable = (message) => new CommandError(UNREACHABLE, message);
export const forbidden = (message) => new CommandError(FORBIDDEN, `forbidden: ${message}`);
//# sourceMappingURL=exit.js.map
