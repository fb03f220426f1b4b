/** Schemas of the headers that a fault may set or remove: all but hop-by-hop headers. */
import { z } from "zod";
import { headerName, headerValue } from "../notation/header.ts";
import { HOP_BY_HOP } from "./hop-by-hop.ts";

/** A header that a fault may set or remove. */
export const faultHeader = headerName.refine((name) => !HOP_BY_HOP.has(name), {
  error: ({ input }) =>
    `a fault cannot change ${input}: it frames the message or belongs to one connection, so the agent writes it; leave it out`,
});
export const faultHeaders = z.record(faultHeader, headerValue).meta({ title: "map of headers" });
