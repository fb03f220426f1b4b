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
      .describe("Time from the exit until Squall starts the service again; the fault's end cuts it short."),
    every: duration
      .refine((ms) => ms >= 1_000, { error: "expected 1s or more" })
      .optional()
      .describe("Interval of repeated kills; each waits until the service is ready again."),
    within,
  })
  .refine(({ restart, within }) => restart < within, {
    path: ["within"],
    message: "expected more than `restart`: before that the service is not even started",
  });

export const kill = defineFault({
  summary: "ends the process of a service; Squall starts it again",
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
  noun: ({ every }) => (every === undefined ? "a kill" : `a repeated kill (every ${sayDuration(every)})`),
  label: ({ signal, every }) =>
    `${signal === "KILL" ? "kill" : "SIGTERM"}${every === undefined ? "" : ` every ${sayRoundedDuration(every)}`}`,
  lossless: () => false,
});
