import { z } from "zod";
import { orShort } from "../notation/short-form.ts";
import { formatDuration, sayDuration, sayRoundedDuration } from "../units/duration.ts";
import { duration } from "../units/schemas.ts";
import { defineFault } from "./fault.ts";
import { within } from "./process.ts";

const signal = z.enum(["KILL", "TERM"]);
const map = z
  .strictObject({
    signal: signal.prefault("KILL").describe("`KILL` ends the process at once; `TERM` asks it to end by itself."),
    restart: duration
      .prefault("0s")
      .describe("The keeper starts the service again so long after its exit, and at the fault's end at the latest."),
    every: duration
      .refine((ms) => ms >= 1_000, { error: "expected 1s or more" })
      .optional()
      .describe("Kills the service again, each such interval, once it is ready again."),
    within,
  })
  .refine(({ restart, within }) => restart < within, {
    path: ["within"],
    message: "expected more than `restart`: before that the service is not even started",
  });

export const kill = defineFault({
  summary: "ends the process of a service; the keeper starts it again",
  params: orShort({
    value: signal,
    key: "signal",
    map,
    example: { signal: "KILL" },
    title: "signal",
    choice: "KILL or TERM",
  }),
  describe: ({ signal, restart, every }) =>
    `is ended with SIG${signal}${every === undefined ? "" : ` every ${formatDuration(every)}`}, and started again ${restart === 0 ? "at once" : `after ${formatDuration(restart)}`}`,
  noun: ({ every }) => (every === undefined ? "a kill" : `a kill every ${sayDuration(every)}`),
  label: ({ signal, every }) =>
    `${signal === "KILL" ? "kill" : "SIGTERM"}${every === undefined ? "" : ` every ${sayRoundedDuration(every)}`}`,
  lossless: () => false,
});
