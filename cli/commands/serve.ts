/** `squall serve`: a server that stays. The server starts no process of the mesh; agents connect to the server. */
import { readFile } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { openNotifier } from "../../agent/systemd/notify.ts";
import type { LogFormat } from "../../experiments/model/text/log-line.ts";
import { terminal } from "../../experiments/report/escape/terminal.ts";
import { type LoadedConfig, loadConfig, loadTls } from "../../server/config/load.ts";
import { printConfig } from "../../server/config/print.ts";
import { type ConfigReading, type Flags, readConfig } from "../../server/config/read.ts";
import { SETTINGS } from "../../server/config/settings.ts";
import { journaldLog, jsonLog, type Log, lineLog, logFailure } from "../../server/log.ts";
import { prometheusMetrics } from "../../server/metrics/prometheus.ts";
import { type Server, startServer } from "../../server/server.ts";
import type { Command, Context } from "../context.ts";
import { CommandError, USAGE, usage } from "../exit.ts";
import { defaultFormat, fatalIn } from "../fatal.ts";
import type { LoadedMesh } from "../files/load.ts";
import { readVariables } from "../files/variables.ts";
import { privateFolder, serveIn } from "../home.ts";
import { plainMessage } from "../output.ts";
import { needDescriptors } from "../session/descriptors.ts";
import { listenForSignals } from "../session/interruption.ts";
import { recordIn, removeRecord, selfRecord, writeRecord } from "../session/server-record.ts";
import { onUncaught } from "../uncaught.ts";
import type { FileOptions } from "./options.ts";
import { readMeshFile } from "./up.ts";

export type ServeOptions = Flags &
  Pick<FileOptions, "set" | "vars" | "envFile"> & {
    readonly config?: string;
    readonly port?: number;
    readonly printConfig?: boolean;
  };

/** Problems as worded by the source: excerpts of files have separate lines. */
const refuse = (problems: readonly string[]): never => {
  const count = problems.length === 1 ? "a problem" : `${problems.length} problems`;
  throw usage(`the configuration has ${count}; nothing was started\n${problems.join("\n")}`);
};

const configFile = async ({ cwd, environment }: Context, { config }: ServeOptions) => {
  const name = config ?? environment.SQUALL_CONFIG;
  if (name === undefined || name === "") return null;
  const path = resolve(cwd, name);
  const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    throw usage(`--config ${name}: ${error.code === "ENOENT" ? "does not exist" : `cannot be read (${error.code})`}`);
  });
  return { name, path, text };
};

/** Option name as commander spells it: `--tls-cert` is `tlsCert`. */
const optionName = (flag: string): string => flag.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
const flagsOf = (options: ServeOptions): Flags => {
  const given = SETTINGS.flatMap(({ flag }) => (flag === null ? [] : [[flag, options[optionName(flag)]] as const]));
  if (options.port === undefined) return Object.fromEntries(given);
  if (options.listen !== undefined) throw usage("--port and --listen: give one of them");
  return { ...Object.fromEntries(given), listen: `127.0.0.1:${options.port}` };
};

const readSettings = async (context: Context, options: ServeOptions): Promise<ConfigReading> => {
  const { cwd, environment } = context;
  const file = await configFile(context, options);
  const read = readConfig({ flags: flagsOf(options), environment, file, cwd });
  return "problems" in read ? refuse(read.problems) : read;
};

const formatOf = ({ environment }: Context, { configured }: ConfigReading): LogFormat =>
  configured.log?.format ?? defaultFormat(environment);
const openLog = ({ output, clock }: Context, { configured }: ConfigReading, format: LogFormat): Log => {
  const { level = "info" } = configured.log ?? {};
  const now = () => new Date(clock.wallMs()).toISOString();
  if (format === "json") return jsonLog((line) => output.err(line), level, now);
  if (format === "journald") return journaldLog((line) => output.err(line), level);
  return lineLog((line) => output.err(`${now()} ${terminal(line)}`), level);
};

/** Path of the first administrator's token when the configuration gives none. */
const tokenIn = (folder: string): string => join(folder, "admin-token");
interface Prepared {
  readonly folder: string;
  readonly mesh: LoadedMesh | null;
  readonly loaded: LoadedConfig;
}
/** Finds every configuration problem before the server starts. */
const prepare = async (context: Context, options: ServeOptions, { configured }: ConfigReading): Promise<Prepared> => {
  const mesh = configured.mesh === undefined ? null : await readMeshFile(context, configured.mesh, options);
  const folder = await privateFolder(configured.folder ?? serveIn(context.home, mesh?.mesh.name ?? "server"), {
    ...(configured.folder === undefined && { home: context.home }),
    other: "name a folder that can be written with --folder",
  });
  const loaded = loadConfig(configured, { environment: context.environment, tokenPath: tokenIn(folder) });
  return "problems" in loaded ? refuse(loaded.problems) : { folder, mesh, loaded };
};

/** SIGHUP: reads certificates and other files again. A problem is reported, and the values in use stay. */
const renew = async (server: Server, { configured }: ConfigReading, log: Log): Promise<void> => {
  const tls = loadTls(configured);
  const problems = tls !== null && "problems" in tls ? tls.problems : [];
  for (const problem of problems) log.error(`not taken on: ${problem}`);
  await server.reload(tls === null || "problems" in tls ? undefined : tls);
};
export const serve: Command<ServeOptions, []> = async (context, options) => {
  const { output, version } = context;
  const read = await readSettings(context, options);
  if (options.printConfig === true) {
    output.out(printConfig(read).trimEnd());
    return 0;
  }
  const format = formatOf(context, read);
  fatalIn(format);
  needDescriptors();
  const { folder, mesh, loaded } = await prepare(context, options, read);
  const log = openLog(context, read, format);
  const { insecure, token } = loaded;
  if (insecure) log.warn("--insecure: tokens and traffic can be read by everyone between this server and its clients");
  const say = (line: string) => (format === "text" ? output.err(plainMessage(line)) : log.info(line));
  // Signals are handled before the server starts: an early signal ends the server once the server is up.
  const interruption = listenForSignals(context, say, ["SIGINT", "SIGTERM"]);
  const { clock, environment } = context;
  const notifier = openNotifier(environment, {
    what: "server",
    every: clock.every,
    warn: (message) => log.warn(message),
  });
  const server = await startServer({
    ...loaded,
    ...{
      ...{ folder, mesh: null, version, log, keepsQueue: true },
      metrics: prometheusMetrics({ version, store: loaded.databaseUrl === undefined ? "sqlite" : "postgres" }),
    },
    meshEnvironment: await readVariables(context.environment, options),
  }).catch((error: Error) => {
    throw new CommandError(USAGE, error.message);
  });
  const path = recordIn(folder);
  const { configured } = read;
  // The record of the server is gone when the server is; this file stays.
  const tokenPlace =
    configured.token === undefined
      ? `its token is in ${configured.tokenFile ?? tokenIn(folder)}`
      : "its token is the configured one";
  const status = `serving at ${server.url}`;
  const reload = () => {
    notifier.reloading();
    renew(server, read, log)
      .catch(logFailure(log, "reloading"))
      .finally(() => notifier.ready(status));
  };
  process.on("SIGHUP", reload);
  const endContaining = onUncaught((error) => server.contain(error));
  try {
    const name = mesh?.mesh.name ?? basename(folder);
    await writeRecord(path, selfRecord({ url: server.url, token, folder, mesh: name, parts: null, kind: "serve" }));
    say(`serving ${mesh === null ? "without a mesh" : `mesh ${name}`} at ${server.url}; ${tokenPlace}`);
    notifier.ready(status);
    await new Promise<void>((ended) => interruption.onSignal(() => ended()));
    notifier.stopping("taking the faults away");
    await server.close();
    return 0;
  } finally {
    process.off("SIGHUP", reload);
    endContaining();
    notifier.close();
    interruption.close();
    await removeRecord(path);
  }
};
