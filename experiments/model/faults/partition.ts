import { z } from "zod";
import { BOTH, defineFault } from "./fault.ts";

export const partition = defineFault({
  summary: "cuts the edge, connections that are already open included",
  params: z
    .strictObject({
      /** `refuse`: accepts and resets at once. `reset`: the same, open connections too. `blackhole`: swallows bytes. `stall`: holds them without loss. */
      how: z.enum(["refuse", "reset", "blackhole", "stall"]).default("blackhole"),
      direction: z.enum(["both", "request", "response"]).default("both"),
    })
    .refine(({ how, direction }) => direction === "both" || how === "blackhole" || how === "stall", {
      path: ["direction"],
      message: "a direction goes with how: blackhole or how: stall",
    }),
  describe: ({ how, direction }) => {
    const what = {
      refuse: "resets every new connection",
      reset: "resets every connection",
      blackhole: "swallows every byte",
      stall: "holds every byte back",
    }[how];
    return direction === "both" ? what : `${what} of the ${direction}`;
  },
  protocols: BOTH,
  unit: () => "connection",
  lossless: ({ how }) => how === "stall",
});
