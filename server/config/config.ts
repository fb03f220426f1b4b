/** Configuration of a server, given at start. Every setting beyond the first block is optional, with a safe default. */
import type { Mesh } from "../../experiments/model/mesh/mesh.ts";
import type { ServiceName } from "../../experiments/model/names.ts";
import type { Log } from "../log.ts";
import type { Metrics } from "../metrics/metrics.ts";
import type { Caps } from "../runs/caps.ts";
import type { CommandConfig } from "../security/commands.ts";
import type { AuthHeaders } from "../security/proxy-identity.ts";
import type { Rates } from "../security/rates.ts";
import type { Retention } from "../store/retention.ts";
import type { WebhookConfig } from "../webhooks/webhook.ts";

/** PEM contents, not paths. */
export interface TlsConfig {
  readonly cert: string;
  readonly key: string;
  /** Agents must show a certificate that this authority signed; null: a token is enough. */
  readonly clientCa: string | null;
}

export interface ServerConfig {
  /**
   * Folder of this server alone: for logs, and for the database unless `databaseUrl` names another. Made when absent.
   */
  readonly folder: string;
  readonly mesh: Mesh | null;
  /** Port 0: any free port. Beyond loopback only with `tls`, or `insecure`. */
  readonly listen: { readonly host: string; readonly port: number };
  /** The first administrator's token: `Authorization: Bearer …`. */
  readonly token: string;
  /** `process` probes may run the commands of the experiment file. */
  readonly allowExec: boolean;
  /** Services of the mesh that a keeper of this process starts, so that faults can strike their processes; absent: none. */
  readonly startedServices?: readonly ServiceName[];
  /**
   * Variables in the environment of every command that a probe runs, so that a keeper finds the command when this
   * process was killed.
   */
  readonly childVariables?: Readonly<Record<string, string>>;
  readonly log: Log;

  /** Squall's version, as shown to people. */
  readonly version?: string;
  /** No metrics are counted when absent. */
  readonly metrics?: Metrics;
  /** PostgreSQL, which several servers may share; absent: SQLite in the folder. */
  readonly databaseUrl?: string;
  /** Name of this server among the servers that share a database; default: host name and process. */
  readonly holder?: string;
  /** Address at which agents and people reach this server; default: the listen address. */
  readonly publicUrl?: string;
  /** Names, beside loopback and `listen.host`, that a Host header may have. */
  readonly hosts?: readonly string[];
  /** Networks of proxies whose statement of the client's address (`X-Forwarded-For`) is believed. */
  readonly trustedProxies?: readonly string[];
  /** Headers in which such a proxy names the signed-in person; absent: no person is signed in by a proxy. */
  readonly auth?: AuthHeaders;
  readonly tls?: TlsConfig;
  /** Serves beyond loopback without TLS. */
  readonly insecure?: boolean;
  /** Mesh file that is watched, instead of `mesh`. */
  readonly meshFile?: string;
  /** Variables for `${NAME}` in that file: the author of the file starts the server too. */
  readonly meshEnvironment?: Readonly<Record<string, string | undefined>>;
  /** Networks that no probe and no webhook may reach (`169.254.0.0/16`, `fe80::1`), instead of the default networks. */
  readonly deny?: readonly string[];
  /** Networks excepted from `deny`. */
  readonly allow?: readonly string[];
  /** Variables for `${NAME}` in documents that come over the API. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly commands?: Readonly<Record<string, CommandConfig>>;
  readonly webhooks?: readonly WebhookConfig[];
  readonly caps?: Caps;
  readonly retention?: Partial<Retention>;
  /** Queued runs are left for the next leader when this server closes; absent: queued runs are halted. */
  readonly keepsQueue?: boolean;
  /** Rate limits of a client, requests a minute. */
  readonly rates?: Partial<Rates>;
}
