/**
 * File form of a server's configuration: the keys allowed in `squall-server.yaml`. Flags and environment fill the same
 * keys.
 */

import { z } from "zod";
import { url } from "../../experiments/model/notation/address.ts";
import { label } from "../../experiments/model/notation/name.ts";
import { whole } from "../../experiments/model/notation/whole.ts";
import { LOG_FORMATS, LOG_LEVELS } from "../../experiments/model/text/log-line.ts";
import { duration, share } from "../../experiments/model/units/schemas.ts";
import { checkNetwork } from "../security/networks.ts";
import { PERSON_ROLES } from "../security/proxy-identity.ts";
import { WEBHOOK_EVENTS } from "../webhooks/webhook.ts";

const path = z.string().min(1);
const listenAddress = z
  .string()
  .regex(/^(\[[0-9a-fA-F:.]+\]|[^\s:/@[\]]+):\d{1,5}$/, { error: 'expected host:port, such as "127.0.0.1:4780"' })
  .refine((text) => !(Number(text.slice(text.lastIndexOf(":") + 1)) > 65_535), {
    error: "expected a port from 0 to 65535",
  });
const network = z.string().check((context) => {
  const checked = checkNetwork(context.value);
  if (typeof checked === "string") context.issues.push({ code: "custom", input: context.value, message: checked });
});
const variable = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, { error: "expected the name of a variable" });
/**
 * Headers with another meaning: a proxy's identity sent there could not be distinguished from a client's own header.
 */
const OTHERWISE = ["authorization", "cookie", "host", "origin", "forwarded", "x-forwarded-for", "x-forwarded-host"];
const headerName = z
  .string()
  .regex(/^[A-Za-z0-9-]{1,100}$/, { error: "expected the name of a header, such as X-Forwarded-User" })
  .refine((name) => !OTHERWISE.includes(name.toLowerCase()), { error: "this header has another meaning" });
const groupRole = z.string().regex(new RegExp(`^(${PERSON_ROLES.join("|")})=.+$`), {
  error: `expected role=group, such as "operator=payments", with the role ${PERSON_ROLES.join(", ")}; the group * is everybody`,
});
/** Shorter tokens can be guessed: 32 hex digits are 128 bits. */
const token = z.string().min(16, { error: "expected 16 characters at least: a shorter token can be guessed" });
/** Days, since no data is kept for hours: `30d`; `forever` is null. */
const days = z
  .string()
  .regex(/^([1-9]\d{0,4}d|forever)$/, { error: 'expected days, such as "90d", or "forever"' })
  .transform((text) => (text === "forever" ? null : Number(text.slice(0, -1)) * 86_400_000));

const webhook = z.strictObject({
  name: label.describe("Its name in deliveries and logs."),
  url: url.describe("Where events are posted."),
  events: z.array(z.enum(WEBHOOK_EVENTS)).min(1).describe("What it is told."),
  secret: z.string().min(16, { error: "expected 16 characters at least" }).describe("Key of the signature."),
  timeout: duration.prefault("5s").describe("How long it may take to answer."),
  unreachable: z
    .enum(["refuse", "allow"])
    .prefault("refuse")
    .describe("What a preflight means that could not be asked."),
});
const command = z.strictObject({
  command: z.array(z.string()).min(1).describe("Program and arguments, without a shell."),
  env: z.record(z.string().min(1), z.string()).prefault({}).describe("Environment of the command."),
});

/** Every key is optional: a key absent from a source may come from the next source. */
export const configForm = z.strictObject({
  listen: listenAddress.optional().describe("host:port; port 0: any free one."),
  folder: path.optional().describe("Folder of this server alone: database, logs, tokens."),
  mesh: path.optional().describe("The mesh file it watches."),
  databaseUrl: z
    .string()
    .regex(/^postgres(ql)?:\/\//, { error: 'expected "postgres://user@host/database"' })
    .optional()
    .describe("PostgreSQL, which several servers may share."),
  token: token.optional().describe("The first administrator's token."),
  tokenFile: path.optional().describe("A file with that token; made with a new one when absent."),
  publicUrl: url.optional().describe("Where agents and people reach this server."),
  hosts: z.array(z.string().regex(/^[A-Za-z0-9.-]+$/, { error: "expected a host name" })).optional(),
  trustedProxies: z
    .array(network)
    .optional()
    .describe("Proxies in front of it: their X-Forwarded-For says which address a client has."),
  auth: z
    .strictObject({
      header: headerName.optional(),
      groupsHeader: headerName.optional(),
      roles: z.array(groupRole).optional(),
    })
    .optional()
    .describe(
      "People whom a proxy of `trustedProxies` signed in: the header with their name, the one with their groups.",
    ),
  tls: z
    .strictObject({ cert: path.optional(), key: path.optional(), clientCa: path.optional() })
    .optional()
    .describe("PEM files; with `clientCa`, agents must show a certificate that it signed."),
  insecure: z.boolean().optional().describe("Serve beyond loopback without TLS."),
  log: z.strictObject({ level: z.enum(LOG_LEVELS).optional(), format: z.enum(LOG_FORMATS).optional() }).optional(),
  probes: z
    .strictObject({ deny: z.array(network).optional(), allow: z.array(network).optional() })
    .optional()
    .describe("Networks that probes and webhooks never reach, and exceptions."),
  envAllow: z.array(variable).optional().describe("Variables that stored documents may use."),
  allowExec: z.boolean().optional().describe("Let `process` probes run what their file says."),
  commands: z.record(label, command).optional().describe("What `process` probes may run by name."),
  webhooks: z.array(webhook).optional(),
  caps: z
    .strictObject({ edges: whole.min(1).optional(), share: share.optional(), queued: whole.min(1).optional() })
    .optional()
    .describe("The most edges, and the greatest share, that may be faulted at once; the most runs that may wait."),
  retention: z
    .strictObject({ runs: days.optional(), most: whole.min(1).optional(), audit: days.optional() })
    .optional()
    .describe("How long finished runs and audit records are kept, and how many runs at most."),
  rates: z
    .strictObject({
      token: whole.min(1).optional(),
      address: whole.min(1).optional(),
      guesses: whole.min(1).optional(),
    })
    .optional()
    .describe("Requests a minute: of one token, from one address, and from one address with tokens that are none."),
});
export type ConfigValues = z.output<typeof configForm>;
