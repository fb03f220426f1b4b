/** The small schemas that several files share: names, labels, addresses, URLs. */
import { z } from "zod";
import { HOP_BY_HOP } from "./hop-by-hop.ts";
import { NAME } from "./names.ts";

export const whole = z.int({ error: ({ code }) => (code === "invalid_type" ? "expected a whole number" : undefined) });

/** Any text on a single line that a person can read. */
const READABLE = /^[^\p{C}]*[\p{L}\p{N}][^\p{C}]*$/u;
export const title = z
  .string()
  .max(100)
  .regex(READABLE, { error: "expected a name of letters, digits and signs, on one line" })
  .meta({ title: "name", examples: ["payments is slow"] });

/** A DNS label: names of experiments, meshes and services. */
export const label = z
  .string()
  .regex(NAME, { error: 'expected a name of a-z, 0-9 and "-", 63 characters at most, such as "slow-payments"' })
  .meta({ title: "DNS label", examples: ["checkout"] });

export const labels = z.record(z.string().min(1), z.string()).meta({ title: "map of text" });

const portOf = (address: string) => Number(address.slice(address.lastIndexOf(":") + 1));
/** `host:port`, IPv6 in brackets. */
export const address = z
  .string()
  .regex(/^(\[[0-9a-fA-F:.]+\]|[^\s:/@[\]]+):\d{1,5}$/, { error: 'expected host:port, such as "127.0.0.1:7104"' })
  .refine((text) => !(portOf(text) < 1 || portOf(text) > 65_535), { error: "expected a port from 1 to 65535" })
  .meta({ title: "host:port", examples: ["127.0.0.1:7104"] });

/** Checked by pattern alone, so that the JSON Schema says the same. */
export const url = z
  .string()
  .regex(/^https?:\/\/[^\s/?#@]+(?:[/?#]\S*)?$/, {
    error: 'expected an http or https URL without user and password, such as "http://127.0.0.1:9090"',
  })
  .meta({ title: "URL", examples: ["http://127.0.0.1:9090"] });

export const httpPath = z
  .string()
  .regex(/^\/[^\s#]*$/, { error: 'expected a path that begins with "/"' })
  .meta({ title: "path", examples: ["/healthz"] });

const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
/** RFC 9110, 5.1 and 5.5: neither names nor values may break a head. */
export const headerName = z.string().regex(TOKEN, { error: "expected a header name" }).toLowerCase();
export const headerValue = z
  .string()
  .regex(/^[^\p{Cc}]*$/u, { error: "expected a header value on one line" })
  .meta({ title: "text" });
/** A header that a fault may set or remove. */
export const faultHeader = headerName.refine((name) => !HOP_BY_HOP.has(name), {
  error: ({ input }) =>
    `a fault cannot change ${input}: it frames the message or belongs to one connection, so the agent writes it; leave it out`,
});
export const faultHeaders = z.record(faultHeader, headerValue).meta({ title: "map of headers" });
export const headers = z.record(headerName, headerValue).meta({ title: "map of headers" });

export const metadata = z
  .strictObject({
    name: label.describe("The name, a DNS label; runs, schedules and reports are found by it."),
    labels: labels.prefault({}).describe("Words to select by, with `-l key=value`."),
    annotations: labels
      .prefault({})
      .describe(
        "Notes for tools: `squall.dev/expect` names the verdict that is expected, `squall.dev/public` variables that are not secret.",
      ),
  })
  .describe("Name, labels and annotations.");

export const apiVersion = z.literal("squall.dev/v1").describe("The version of the file form.");
