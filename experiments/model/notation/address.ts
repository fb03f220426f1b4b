/** Schemas of addresses, URLs and paths. */
import { z } from "zod";

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
