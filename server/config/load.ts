/**
 * Loads the files and variables that the configuration names: certificates, the token, the allowed variables. Reports
 * every problem at once.
 */
import { randomBytes } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { createSecureContext } from "node:tls";
import type { Environment } from "../../experiments/model/document/variables.ts";
import { makeFolder } from "../folder.ts";
import { splitListen } from "../security/listen-address.ts";
import { type AuthHeaders, EVERYBODY, type PersonRole } from "../security/proxy-identity.ts";
import { ExposedSecretError, readSecret } from "../security/secret-file.ts";
import type { ServerConfig, TlsConfig } from "./config.ts";
import type { ConfigValues } from "./form.ts";

/** Parts of a ServerConfig that do not depend on how the server is started. */
export type LoadedConfig = Omit<ServerConfig, "folder" | "mesh" | "log" | "childVariables">;
type Problems = { readonly problems: readonly string[] };

const readPlain = (path: string): string => readFileSync(path, "utf8");
const readText = (path: string, setting: string, problems: string[], read = readPlain): string => {
  try {
    return read(path);
  } catch (error) {
    if (error instanceof ExposedSecretError) {
      problems.push(`${setting}: ${error.message}`);
      return "";
    }
    const { code, message } = error as NodeJS.ErrnoException;
    problems.push(
      `${setting}: ${path} ${code === "ENOENT" ? "does not exist" : `cannot be read (${code ?? message})`}`,
    );
    return "";
  }
};

const readTls = ({ tls }: ConfigValues, problems: string[]): TlsConfig | null => {
  if (tls?.cert === undefined || tls.key === undefined) return null;
  const before = problems.length;
  const cert = readText(tls.cert, "tls.cert", problems);
  const key = readText(tls.key, "tls.key", problems, readSecret);
  const clientCa = tls.clientCa === undefined ? null : readText(tls.clientCa, "tls.clientCa", problems);
  if (problems.length > before) return null;
  try {
    createSecureContext({ cert, key, ...(clientCa === null ? {} : { ca: clientCa }) });
  } catch (error) {
    problems.push(`tls: certificate and key do not work together (${(error as Error).message})`);
  }
  return { cert, key, clientCa };
};

/** null: the configuration names none. */
export const loadTls = (configured: ConfigValues): TlsConfig | Problems | null => {
  const problems: string[] = [];
  const tls = readTls(configured, problems);
  return problems.length > 0 ? { problems } : tls;
};

const SHORTEST_TOKEN = 16;
const newToken = (path: string): string => {
  const token = randomBytes(32).toString("hex");
  makeFolder(dirname(path), 0o700);
  // Exclusive create: a file that appears there meanwhile is not overwritten, and not believed.
  writeFileSync(path, `${token}\n`, { mode: 0o600, flag: "wx" });
  return token;
};
/** Reads the token file. Any other user able to read the file would be an administrator too; that is never intended. */
const readToken = (path: string, problems: string[]): string => {
  const before = problems.length;
  const token = readText(path, "tokenFile", problems, readSecret).trim();
  if (token.length < SHORTEST_TOKEN && problems.length === before)
    problems.push(`tokenFile: ${path} holds no token of ${SHORTEST_TOKEN} characters`);
  return token;
};
const loadToken = ({ token, tokenFile }: ConfigValues, fallback: string, problems: string[]): string => {
  if (token !== undefined) return token;
  const path = tokenFile ?? fallback;
  try {
    return newToken(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return readToken(path, problems);
    problems.push(`tokenFile: ${path} cannot be made (${(error as NodeJS.ErrnoException).code})`);
    return "";
  }
};

const loadEnvironment = ({ envAllow = [] }: ConfigValues, environment: Environment): Record<string, string> =>
  Object.fromEntries(
    envAllow.flatMap((name) => (environment[name] === undefined ? [] : ([[name, environment[name]]] as const))),
  );

const authOf = ({ auth }: ConfigValues): AuthHeaders | undefined => {
  if (auth?.header === undefined) return undefined;
  const { header, groupsHeader, roles = [`viewer=${EVERYBODY}`] } = auth;
  return {
    header: header.toLowerCase(),
    groupsHeader: groupsHeader?.toLowerCase() ?? null,
    roles: roles.map((text) => {
      const at = text.indexOf("=");
      return { role: text.slice(0, at) as PersonRole, group: text.slice(at + 1).trim() };
    }),
  };
};

const optional = <K extends string, T>(key: K, value: T | undefined | null): { readonly [P in K]?: T } =>
  (value === undefined || value === null ? {} : { [key]: value }) as { readonly [P in K]?: T };

const defined = <T extends object>(record: T): Partial<T> =>
  Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)) as Partial<T>;

/** `tokenPath`: place of a generated token when the configuration gives no token. */
export const loadConfig = (
  configured: ConfigValues,
  { environment, tokenPath }: { readonly environment: Environment; readonly tokenPath: string },
): LoadedConfig | Problems => {
  const problems: string[] = [];
  const tls = readTls(configured, problems);
  const token = loadToken(configured, tokenPath, problems);
  if (problems.length > 0) return { problems };
  const { caps, retention, rates, commands = {}, webhooks = [], probes } = configured;
  return {
    ...{ listen: splitListen(configured.listen ?? "127.0.0.1:0"), token, allowExec: configured.allowExec ?? false },
    ...{ insecure: configured.insecure ?? false, environment: loadEnvironment(configured, environment), commands },
    webhooks: webhooks.map(({ timeout, ...webhook }) => ({ ...webhook, timeoutMs: timeout })),
    ...optional("tls", tls),
    ...optional("databaseUrl", configured.databaseUrl),
    ...optional("publicUrl", configured.publicUrl),
    ...optional("hosts", configured.hosts),
    ...optional("trustedProxies", configured.trustedProxies),
    ...optional("auth", authOf(configured)),
    ...optional("meshFile", configured.mesh),
    ...optional("deny", probes?.deny),
    ...optional("allow", probes?.allow),
    ...optional("rates", rates === undefined ? undefined : defined(rates)),
    ...optional("caps", caps === undefined ? undefined : defined(caps)),
    ...optional(
      "retention",
      retention === undefined
        ? undefined
        : defined({ runsMs: retention.runs, runsMost: retention.most, auditMs: retention.audit }),
    ),
  } as LoadedConfig;
};
