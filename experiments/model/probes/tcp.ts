import { z } from "zod";
import { duration } from "../units.ts";
import { defineProbe, pace, styleOf } from "./probe.ts";

export const tcp = defineProbe({
  summary: "opens TCP connections, sends a line if asked to, and reads what comes back",
  params: z
    .strictObject({
      to: z.string().optional(),
      /** `host:port`, outside the mesh. */
      address: z
        .string()
        .regex(/^.+:\d{1,5}$/, "expected host:port")
        .optional(),
      send: z.string().optional(),
      /** Reads until this text was seen; by default one line when something is sent, else nothing. */
      until: z.string().optional(),
      timeout: duration.default(5_000),
      ...pace,
    })
    .refine(
      ({ to, address }) => (to === undefined) !== (address === undefined),
      "name either `to` (a service of the mesh) or `address`",
    )
    .refine(({ rate, every }) => rate === undefined || every === undefined, "give either `rate` or `every`"),
  describe: ({ to, address, send }) => `${send === undefined ? "connects" : "connects and talks"} to ${to ?? address}`,
  style: styleOf,
  criteria: ["within", "connect", "body", "end"],
});
