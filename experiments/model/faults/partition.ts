import { z } from "zod";
import { orShort } from "../notation/short-form.ts";
import { defineFault } from "./fault.ts";

const how = z.enum(["refuse", "reset", "blackhole", "stall"]);
const map = z
  .strictObject({
    how: how
      .prefault("blackhole")
      .describe(
        "`refuse` accepts and resets at once, `reset` does so to open connections too, `blackhole` swallows bytes, `stall` holds them without loss.",
      ),
    direction: z
      .enum(["both", "request", "response"])
      .prefault("both")
      .describe("One direction alone goes with `blackhole` and `stall`."),
  })
  .refine(({ how, direction }) => direction === "both" || how === "blackhole" || how === "stall", {
    path: ["direction"],
    message: "a direction goes with how: blackhole or how: stall",
  });

export const partition = defineFault({
  summary: "cuts the edge, connections that are already open included",
  params: orShort({
    value: how,
    key: "how",
    map,
    example: { how: "blackhole" },
    title: "how",
    choice: "refuse, reset, blackhole or stall",
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
  noun: ({ how, direction }) => `${how} partition${direction === "both" ? "" : ` of the ${direction} direction`}`,
  label: ({ how, direction }) => (direction === "both" ? how : `${how} ${direction}`),
  lossless: ({ how }) => how === "stall",
  leastHoldMs: ({ how }) => (how === "stall" || how === "blackhole" ? Number.POSITIVE_INFINITY : 0),
});
