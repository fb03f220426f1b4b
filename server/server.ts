/** The composition root: config in, `{ url, close() }` out. Used by embedded runs, `up` and `serve` alike. */
import { randomBytes } from "node:crypto";
import type { Server as HttpServer } from "node:http";
import type { AddressInfo } from "node:net";
import { hostname } from "node:os";
import type { Server as TlsServer } from "node:tls";
import type { FastifyInstance } from "fastify";
import { createApp } from "./api/app.ts";
import type { Context } from "./api/context.ts";
import { type Clock, offsetBy, systemClock } from "./clock.ts";
import type { ServerConfig, TlsConfig } from "./config/config.ts";
import { type ControlPlane, startControlPlane } from "./control-plane/control-plane.ts";
import { LeaderLifecycle } from "./control-plane/leader-lifecycle.ts";
import { readServerStatus } from "./control-plane/server-status.ts";
import { notLeader } from "./errors.ts";
import type { StruckService } from "./keeper/messages.ts";
import { type Log, logFailure } from "./log.ts";
import { noMetrics } from "./metrics/metrics.ts";
import { RateLimitedLog } from "./rate-limited-log.ts";
import { PendingHalt } from "./runs/halt/pending-halt.ts";
import { hostInUrl, whyListenDenied } from "./security/listen-address.ts";
import { Tickets } from "./security/tickets.ts";
import { Tokens } from "./security/tokens.ts";
import { openStore, type Store } from "./store/open.ts";

export interface Server {
  /** Listen address: `http://127.0.0.1:port`. */
  readonly url: string;
  /**
   * The keeper saw this agent process exit: the agent's faults are gone with the process. `isClear`: and no process that
   * those faults had stopped is still stopped; default: true.
   */
  agentExited(pid: number, isClear?: boolean): void;
  /** The keeper saw a service of the embedded mesh end by itself: active runs on the mesh report the exit. */
  serviceExited(service: string, how: string): void;
  /** The keeper saw a fault of a run strike a service; `awayMs`: the service is back, so long after that. */
  serviceStruck(struck: StruckService): void;
  serviceBack(back: StruckService & { readonly awayMs: number }): void;
  /** Reads the mesh file again, and takes on a certificate, without disturbing a run or a connection. */
  reload(tls?: TlsConfig): Promise<void>;
  /** Contains an uncaught error of this process: logs the error and halts every run; the server goes on. */
  contain(error: unknown): void;
  /** Drains: every run is reverted and finished, then all parts are closed, in reverse order of opening. */
  close(): Promise<void>;
}

const checkListening = ({ listen, tls, insecure = false }: ServerConfig): void => {
  const refusal = whyListenDenied(listen.host, { tls: tls !== undefined, insecure });
  if (refusal !== null) throw new Error(`cannot listen on ${refusal}`);
};
/** Opens the store. A restart of the database ends every connection at once: `sparse` logs the first. */
const openStoreOf = (
  { folder, databaseUrl, metrics = noMetrics }: ServerConfig,
  sparse: RateLimitedLog,
): Promise<Store> =>
  openStore({
    ...{ folder, databaseUrl },
    onError: (error) => {
      metrics.databaseFailed("connection");
      sparse.warn("a lost connection", `a connection to the database was lost: ${error.message}`);
    },
    onFailure: (kind) => metrics.databaseFailed(kind),
  });

const WHY_NOT: Readonly<Record<string, string>> = {
  EADDRINUSE: "something else listens there",
  EADDRNOTAVAIL: "this machine has no such address",
  EACCES: "ports below 1024 are for root",
  ENOTFOUND: "the name is not known",
};
const cannotListen = (error: NodeJS.ErrnoException, { listen: { host, port } }: ServerConfig): Error => {
  const why = WHY_NOT[error.code ?? ""] ?? error.message;
  return new Error(`cannot listen on ${hostInUrl(host)}:${port}: ${why}; choose another address with --listen`);
};
const countAnswers = (app: FastifyInstance, { metrics = noMetrics, log }: ServerConfig): void => {
  app.addHook("onResponse", async ({ id: request, method, routeOptions }, { statusCode: status, elapsedTime }) => {
    const route = routeOptions.url ?? "unknown";
    metrics.answered({ method, route, status, seconds: elapsedTime / 1_000 });
    log.debug("answered", { request, method, route, status, ms: Math.round(elapsedTime) });
  });
};
const urlOf = ({ listen, tls }: ServerConfig, server: HttpServer): string => {
  const { port } = server.address() as AddressInfo;
  return `${tls === undefined ? "http" : "https"}://${hostInUrl(listen.host)}:${port}`;
};
/** Holder id of this process alone: a restarted server is another holder, and does not own the earlier leases. */
const newHolder = (): string => `${hostname()}-${process.pid}-${randomBytes(4).toString("hex")}`;

export const startServer = async (config: ServerConfig, clock: Clock = systemClock): Promise<Server> => {
  const { log, listen, metrics } = config;
  checkListening(config);
  const sparse = new RateLimitedLog(log, clock);
  const store = await openStoreOf(config, sparse);
  const opened: (() => unknown)[] = [() => sparse.close(), () => store.close()];
  const shut = async () => {
    for (const close of opened.splice(0).reverse()) await close();
  };
  try {
    let lifecycle: LeaderLifecycle | null = null;
    // Expiries and times of documents are in the database, written by any server, so all servers use the database's
    // time.
    const shared = offsetBy(clock, () => lifecycle?.clockOffsetMs() ?? 0);
    const tokens = new Tokens({ clock: shared, db: store.db, log, own: config.token });
    const context: Context = {
      ...{ clock: shared, log, config, store, tokens, version: config.version ?? "" },
      tickets: new Tickets(clock),
      controlPlane: () => controlPlaneOf(lifecycle),
    };
    const app = await createApp({
      ...{ context, unready: () => whyUnready(lifecycle) },
      ...(metrics === undefined ? {} : { metrics: () => metrics.render() }),
    });
    countAnswers(app, config);
    opened.push(() => app.close());
    await app.listen(listen).catch((error) => Promise.reject(cannotListen(error, config)));
    const url = urlOf(config, app.server);
    const pendingHalt = new PendingHalt();
    const holder = config.holder ?? newHolder();
    lifecycle = new LeaderLifecycle({
      ...{ clock, log, store, holder, url: config.publicUrl ?? url },
      startControlPlane: (leadership) => startControlPlane({ config, clock, log, store, leadership, pendingHalt }),
    });
    metrics?.observeStatus(() => readServerStatus(lifecycle?.current ?? null, shared, lifecycle?.clockOffsetMs()));
    opened.push(() => lifecycle!.close());
    await lifecycle.start();
    return serverOf(url, lifecycle, app, shut, log);
  } catch (error) {
    await shut();
    throw error;
  }
};

/** Takes on a new certificate. Open connections keep the certificate of the handshake. */
const takeOn = (app: FastifyInstance, { cert, key, clientCa }: TlsConfig): void => {
  const server = app.server as unknown as TlsServer;
  server.setSecureContext({ cert, key, ...(clientCa === null ? {} : { ca: clientCa }) });
};

const serverOf = (
  url: string,
  lifecycle: LeaderLifecycle,
  app: FastifyInstance,
  shut: () => Promise<void>,
  log: Log,
): Server => {
  let closing: Promise<void> | null = null;
  return {
    url,
    agentExited: (pid, isClear) => lifecycle.current?.fleet.agentExited(pid, isClear),
    serviceStruck: (struck) => lifecycle.current?.runs.serviceStruck(struck),
    serviceBack: (back) => lifecycle.current?.runs.serviceBack(back),
    serviceExited: (service, how) => lifecycle.current?.runs.serviceExited(service, how),
    contain: (error) => {
      logFailure(log, "something in this server that nobody awaits")(error);
      lifecycle.current?.runs.fail(error);
    },
    reload: async (tls) => {
      if (tls !== undefined) takeOn(app, tls);
      await lifecycle.current?.meshes.reload();
    },
    close: () => {
      closing ??= shut();
      return closing;
    },
  };
};

/** Control plane for a request. Requests may come once the server listens, which is before the lifecycle exists. */
const controlPlaneOf = (lifecycle: LeaderLifecycle | null): ControlPlane => {
  if (lifecycle === null) throw notLeader(null);
  return lifecycle.controlPlane();
};
const whyUnready = (lifecycle: LeaderLifecycle | null): string | null => {
  if (lifecycle?.isClosing) return "the server is closing";
  if (lifecycle?.current != null) return null;
  const trouble = lifecycle?.trouble() ?? null;
  if (trouble !== null) return `the database cannot be used: ${trouble}`;
  if (lifecycle?.isElected) return "it is taking up the lead: what it needs of the database has not come yet";
  const leader = lifecycle?.leader() ?? null;
  return leader === null ? "no server leads at the moment" : `it stands by; the leader is ${leader.url}`;
};
