/** File form of the target of an http or tcp probe in the mesh. */
import { z } from "zod";
import { address } from "../notation/address.ts";
import { label } from "../notation/name.ts";

export const probeTarget = z
  .union(
    [
      label,
      z.strictObject({
        service: label.describe("The service."),
        endpoint: address.describe("The one endpoint that is asked, as the mesh has it."),
      }),
    ],
    { error: 'expected a service, or { service: …, endpoint: "host:port" }' },
  )
  .describe("A service of the mesh; its endpoints are asked in turn, or the one that `endpoint` picks.")
  .meta({
    title: "service, or one endpoint of it",
    examples: ["orders", { service: "orders", endpoint: "127.0.0.1:7201" }],
  });
