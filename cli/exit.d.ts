/** Bad usage ends like a bad file: with the code of INVALID. */
export declare const USAGE = 2;
export declare const UNREACHABLE = 69;
export declare const INTERNAL = 70;
export declare const FORBIDDEN = 77;
/** Ends the command: the message is printed as it stands, without a stack. */
export declare class CommandError extends Error {
  readonly name = "CommandError";
  readonly exitCode: number;
  constructor(exitCode: number, message: string);
}
export declare const usage: (message: string) => CommandError;
export declare const unreachable: (message: string) => CommandError;
export declare const forbidden: (message: string) => CommandError;
//# sourceMappingURL=exit.d.ts.map
