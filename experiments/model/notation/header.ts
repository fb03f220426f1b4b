/** Schemas of header names and values. Headers that frame a message are left to `faults/headers.ts`. */
import { z } from "zod";

const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
/** RFC 9110, 5.1 and 5.5: neither names nor values may break a head. */
export const headerName = z.string().regex(TOKEN, { error: "expected a header name" }).toLowerCase();
export const headerValue = z
  .string()
  .regex(/^[^\p{Cc}]*$/u, { error: "expected a header value on one line" })
  .meta({ title: "text" });
export const headers = z.record(headerName, headerValue).meta({ title: "map of headers" });
