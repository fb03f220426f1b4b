import { z } from "zod";
import { defineProbe, interval, timeout } from "./probe.ts";

export const process = defineProbe({
  summary: "runs a command, without a shell; needs --allow-exec",
  params: z.strictObject({
    command: z
      .array(z.string())
      .min(1)
      .refine(([program]) => program !== "", { error: "the program has no name" })
      .describe("Program and arguments, without a shell."),
    env: z.record(z.string().min(1), z.string()).prefault({}).describe("Environment of the command."),
    every: interval.prefault("1s").describe("How often it runs."),
    timeout: timeout.prefault("5s").describe("What takes longer is ended, and bad."),
  }),
  describe: ({ command }) => `runs ${command.join(" ")}`,
  style: () => "poll",
  criteria: ["exit", "within", "body", "json", "value"],
});
