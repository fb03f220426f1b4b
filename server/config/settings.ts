/** Table of the settings that a flag or a variable may give; help, reading and `--print-config` follow the table. */
import type { SecretVariable } from "../security/secret-variables.ts";

/** `path`: relative to the file that names the path, or to the folder in which the server was started. */
export type SettingType = "text" | "path" | "list" | "switch" | "number";
export interface Setting {
  /** Keys in the file. */
  readonly path: readonly string[];
  readonly type: SettingType;
  /** null: a secret, which must not stand among the arguments of a process. */
  readonly flag: string | null;
  readonly variable: string;
  readonly secret: boolean;
  readonly summary: string;
  /** Placeholder of the flag's argument, for the help. */
  readonly takes: string;
}
const setting = (
  path: string,
  type: SettingType,
  flag: string,
  variable: string,
  takes: string,
  summary: string,
): Setting => ({ path: path.split("."), type, flag, variable, takes, summary, secret: false });
const secret = (path: string, variable: SecretVariable, takes: string, summary: string): Setting => ({
  ...{ path: path.split("."), type: "text", flag: null, variable, takes, summary, secret: true },
});

export const SETTINGS: readonly Setting[] = [
  setting("listen", "text", "listen", "SQUALL_LISTEN", "host:port", "where it listens (default 127.0.0.1:4780)"),
  setting("folder", "path", "folder", "SQUALL_FOLDER", "path", "its folder (default below $SQUALL_HOME)"),
  setting("mesh", "path", "mesh", "SQUALL_MESH", "file", "the mesh it watches; read again when it changes"),
  secret("databaseUrl", "DATABASE_URL", "url", "PostgreSQL, shared by several servers"),
  secret("token", "SQUALL_TOKEN", "token", "the first administrator's token"),
  setting(
    "tokenFile",
    "path",
    "token-file",
    "SQUALL_TOKEN_FILE",
    "file",
    "holds the first administrator's token; made when absent",
  ),
  setting("publicUrl", "text", "public-url", "SQUALL_PUBLIC_URL", "url", "where agents and people reach it"),
  setting("hosts", "list", "host", "SQUALL_HOSTS", "name", "a further name that it is reached by"),
  setting(
    "trustedProxies",
    "list",
    "trusted-proxies",
    "SQUALL_TRUSTED_PROXIES",
    "network",
    "a proxy in front of it, whose X-Forwarded-For names the client",
  ),
  setting(
    "auth.header",
    "text",
    "auth-header",
    "SQUALL_AUTH_HEADER",
    "name",
    "the header in which a trusted proxy names whom it signed in",
  ),
  setting(
    "auth.groupsHeader",
    "text",
    "auth-groups-header",
    "SQUALL_AUTH_GROUPS_HEADER",
    "name",
    "the header with their groups",
  ),
  setting(
    "auth.roles",
    "list",
    "auth-role",
    "SQUALL_AUTH_ROLES",
    "role=group",
    "what a group may do; the group * is everybody (default viewer=*)",
  ),
  setting("tls.cert", "path", "tls-cert", "SQUALL_TLS_CERT", "file", "its certificate, PEM"),
  setting("tls.key", "path", "tls-key", "SQUALL_TLS_KEY", "file", "the key of the certificate, PEM"),
  setting("tls.clientCa", "path", "tls-client-ca", "SQUALL_TLS_CLIENT_CA", "file", "who signs agents' certificates"),
  setting("insecure", "switch", "insecure", "SQUALL_INSECURE", "", "serve beyond loopback without TLS"),
  setting("log.level", "text", "log-level", "SQUALL_LOG_LEVEL", "level", "debug, info (default), warn or error"),
  setting(
    "log.format",
    "text",
    "log-format",
    "SQUALL_LOG_FORMAT",
    "format",
    "json, journald or text (default; under systemd journald)",
  ),
  setting(
    "probes.deny",
    "list",
    "deny",
    "SQUALL_DENY",
    "network",
    "what probes and webhooks never reach, instead of link-local and metadata addresses",
  ),
  setting("probes.allow", "list", "allow", "SQUALL_ALLOW", "network", "an exception from --deny"),
  setting("envAllow", "list", "env-allow", "SQUALL_ENV_ALLOW", "name", "a variable that stored documents may use"),
  setting("allowExec", "switch", "allow-exec", "SQUALL_ALLOW_EXEC", "", "let `process` probes run their commands"),
  setting("caps.edges", "number", "max-edges", "SQUALL_MAX_EDGES", "n", "the most edges with faults at once"),
  setting("caps.share", "text", "max-share", "SQUALL_MAX_SHARE", "share", "the greatest share of any fault"),
  setting("caps.queued", "number", "max-queued", "SQUALL_MAX_QUEUED", "n", "the most runs that wait (default 1000)"),
  setting(
    "retention.runs",
    "text",
    "keep-runs",
    "SQUALL_KEEP_RUNS",
    "days",
    "delete finished runs after (default 90d; or forever)",
  ),
  setting("retention.most", "number", "keep-most", "SQUALL_KEEP_MOST", "n", "the most finished runs that are kept"),
  setting(
    "retention.audit",
    "text",
    "keep-audit",
    "SQUALL_KEEP_AUDIT",
    "days",
    "delete audit records after (default 400d; or forever)",
  ),
];
