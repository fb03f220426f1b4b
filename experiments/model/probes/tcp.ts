import { z } from "zod";
import { address } from "../notation/address.ts";
import { defineProbe, maxBody, pace, styleOf, timeout, via } from "./probe.ts";
import { describeEndpoint, serviceOfTarget } from "./target.ts";
import { probeTarget } from "./target-form.ts";

export const tcp = defineProbe({
  summary: "opens TCP connections, sends a line if asked to, and reads what comes back",
  params: z
    .strictObject({
      to: probeTarget.optional(),
      address: address.optional().describe("host:port outside the mesh."),
      via,
      send: z.string().optional().describe("What is sent once connected."),
      until: z
        .string()
        .optional()
        .describe("Reads until this text was seen; by default one line when something is sent, else nothing."),
      timeout: timeout.prefault("5s").describe("What takes longer is bad."),
      maxBody,
      ...pace,
    })
    .refine(({ to, address }) => (to === undefined) !== (address === undefined), {
      error: "name either `to` (a service of the mesh) or `address`",
    })
    .refine(({ to, via }) => to === undefined || via === undefined, {
      path: ["via"],
      error: "`via` goes with `address`: with `to` the path begins at that service",
    })
    .refine(({ rate, every }) => rate === undefined || every === undefined, { error: "give either `rate` or `every`" }),
  describe: ({ to, address, send }) => {
    const target = to === undefined ? address : `${serviceOfTarget(to)}${describeEndpoint(to)}`;
    return `${send === undefined ? "connects" : "connects and talks"} to ${target}`;
  },
  style: styleOf,
  criteria: ["within", "connect", "body", "end"],
});
