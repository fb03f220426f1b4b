import { z } from "zod";
import { label } from "../notation/name.ts";
import { defineProbe, interval, maxBody, timeout, via } from "./probe.ts";

export const process = defineProbe({
  summary: "runs a command, without a shell; needs --allow-exec, or a server that knows the command by name",
  params: z
    .strictObject({
      command: z
        .array(z.string())
        .min(1)
        .refine(([program]) => program !== "", { error: "the program has no name" })
        .optional()
        .describe("Program and arguments, without a shell."),
      run: label.optional().describe("A command by the name that the server's administrator gave it."),
      via,
      env: z.record(z.string().min(1), z.string()).prefault({}).describe("Environment of the command."),
      every: interval.prefault("1s").describe("How often it runs."),
      timeout: timeout.prefault("5s").describe("What takes longer is ended, and bad."),
      maxBody: maxBody.describe("Longer output is not judged: the sample is errored if `good` asks about it."),
    })
    .refine(({ command, run }) => (command === undefined) !== (run === undefined), {
      error: "give either `command` or `run` (a command that the server knows by name)",
    })
    // A variable such as LD_PRELOAD would turn the command into another command.
    .refine(({ run, env }) => run === undefined || Object.keys(env).length === 0, {
      path: ["env"],
      error: "`env` goes with `command`; that of a named command is the administrator's",
    }),
  describe: ({ command, run }) => `runs ${run ?? command?.join(" ")}`,
  style: () => "poll",
  criteria: ["exit", "within", "body", "json", "value"],
});
