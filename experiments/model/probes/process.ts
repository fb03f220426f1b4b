import { z } from "zod";
import { duration } from "../units.ts";
import { defineProbe } from "./probe.ts";

export const process = defineProbe({
  summary: "runs a command, without a shell; needs --allow-exec",
  params: z.strictObject({
    command: z.array(z.string()).min(1),
    env: z.record(z.string(), z.string()).default({}),
    every: duration.default(1_000),
    timeout: duration.default(5_000),
  }),
  describe: ({ command }) => `runs ${command.join(" ")}`,
  style: () => "poll",
  criteria: ["exit", "within", "body", "json", "value"],
});
