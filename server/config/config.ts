/** What a server is told at its start. Everything beyond the first block is optional, with a default that is safe. */
import type { Mesh } from "../../experiments/model/mesh/mesh.ts";
import type { Rates } from "../api/rate-limits.ts";
import type { Log } from "../log.ts";
import type { Metrics } from "../metrics.ts";
import type { AuthHeaders } from "../security/proxy-identity.ts";
import type { Retention } from "../store/retention.ts";

/** Contents, not paths: PEM. */
export interface TlsConfig {
  readonly cert: string;
  readonly key: string;
  /** Agents must show a certificate that this authority signed; null: a token is enough. */
  readonly clientCa: string | null;
}
/** A program that `process` probes may name: defined by who runs the server, never by a document. */
export interface CommandConfig {
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}
export const WEBHOOK_EVENTS = ["start", "halt", "verdict", "preflight"] as const;
export type WebhookEvent = (typeof WEBHOOK_EVENTS)[number];
export interface WebhookConfig {
  readonly name: string;
  readonly url: string;
  readonly events: readonly WebhookEvent[];
  /** Key of the HMAC-SHA256 signature. */
  readonly secret: string;
  readonly timeoutMs: number;
  /** What a preflight that cannot be asked means; `refuse` unless it says otherwise. */
  readonly unreachable: "refuse" | "allow";
}
/** Caps over all runs that are live at once. */
export interface CapsConfig {
  readonly edges: number;
  /** Greatest share of the requests of an edge, 0 to 1. */
  readonly share: number;
  /** Runs that wait for their turn. */
  readonly queued: number;
}

export interface ServerConfig {
  /** Folder of this server alone: its database unless `databaseUrl` names one, its logs. Made when absent. */
  readonly folder: string;
  readonly mesh: Mesh | null;
  /** Port 0: any free one. Beyond loopback only with `tls`, or `insecure`. */
  readonly listen: { readonly host: string; readonly port: number };
  /** The first administrator's token: `Authorization: Bearer …`. */
  readonly token: string;
  /** `process` probes may run what their file says. */
  readonly allowExec: boolean;
  /** In the environment of every command that a probe runs, so that a keeper finds it when this process was killed. */
  readonly childVariables?: Readonly<Record<string, string>>;
  readonly log: Log;

  /** Of Squall, as people are told it. */
  readonly version?: string;
  /** Counts nothing when absent. */
  readonly metrics?: Metrics;
  /** PostgreSQL, which several servers may share; absent: SQLite in the folder. */
  readonly databaseUrl?: string;
  /** Who this server is among those that share a database; host name and process by default. */
  readonly holder?: string;
  /** Where agents and people reach this server; by default where it listens. */
  readonly publicUrl?: string;
  /** Names, beside loopback and `listen.host`, that a Host header may have. */
  readonly hosts?: readonly string[];
  /** Networks of proxies that are believed in what they say of their client's address (`X-Forwarded-For`). */
  readonly trustedProxies?: readonly string[];
  /** Headers in which such a proxy names the person it signed in; absent: proxies sign nobody in. */
  readonly auth?: AuthHeaders;
  readonly tls?: TlsConfig;
  /** Serves beyond loopback without TLS. */
  readonly insecure?: boolean;
  /** A mesh file that is watched, instead of `mesh`. */
  readonly meshFile?: string;
  /** What `${NAME}` may stand for in that file: whoever writes it starts the server too. */
  readonly meshEnvironment?: Readonly<Record<string, string | undefined>>;
  /** Networks that no probe and no webhook may reach (`169.254.0.0/16`, `fe80::1`), instead of the default ones. */
  readonly deny?: readonly string[];
  /** Exceptions from `deny`. */
  readonly allow?: readonly string[];
  /** What `${NAME}` may stand for in documents that come over the API. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly commands?: Readonly<Record<string, CommandConfig>>;
  readonly webhooks?: readonly WebhookConfig[];
  readonly caps?: Partial<CapsConfig>;
  readonly retention?: Partial<Retention>;
  /** Runs that wait when this server closes are left for the one that leads next; absent: they are halted. */
  readonly keepsQueue?: boolean;
  /** How much one client may ask, requests a minute. */
  readonly rates?: Partial<Rates>;
}
