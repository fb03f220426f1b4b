/** The composition root: config in, `{ url, close() }` out. The same for embedded runs, `up` and `serve`. */
import type { AddressInfo } from "node:net";
import type { EdgeOrder } from "../agent/contract/index.ts";
import type { Edge, Mesh } from "../experiments/model/mesh.ts";
import { createApp } from "./api/app.ts";
import { type Clock, guardJumps, systemClock, within } from "./clock.ts";
import type { Agent } from "./fleet/agent.ts";
import { Fleet } from "./fleet/fleet.ts";
import { opener } from "./probes/index.ts";
import { recover } from "./runs/recover.ts";
import { Runs } from "./runs/runs.ts";
import { rememberBoot } from "./store/boots.ts";
import { openStore, type Store } from "./store/open.ts";

export interface ServerConfig {
  /** Folder of this server alone: database, logs. Made when absent; taken with an exclusive lock. */
  readonly folder: string;
  readonly mesh: Mesh | null;
  /** Loopback only, for now. Port 0: any free one. */
  readonly listen: { readonly host: string; readonly port: number };
  /** Every request must carry it: `Authorization: Bearer …`. */
  readonly token: string;
  readonly allowExec: boolean;
  /** In the environment of every command that a probe runs, so that a keeper finds it when this process was killed. */
  readonly childVariables?: Readonly<Record<string, string>>;
  readonly log: (line: string) => void;
}
export interface Server {
  /** `http://127.0.0.1:port`. */
  readonly url: string;
  /** The keeper saw this process exit: its faults are gone with it. */
  agentExited(pid: number): void;
  /** Drains: every run is reverted and finished, then everything is closed, in reverse order of opening. */
  close(): Promise<void>;
}

/** Healthy agents attest within milliseconds; after this time the last lease of a silent one is over and inferred. */
const DRAIN_MS = 7_000;

const orderOf =
  ({ services }: Mesh) =>
  ({ id, to, listen, protocol }: Edge): EdgeOrder => {
    const callee = services.find(({ name }) => name === to);
    const ready = callee?.ready;
    return {
      ...{ id, listen, protocol },
      endpoints: callee?.endpoints.map(({ address }) => address) ?? [],
      healthPath: ready !== undefined && "http" in ready ? ready.http : null,
    };
  };

const remember = (store: Store, log: (line: string) => void) => (agent: Agent) => {
  const { boot, instance, mark } = agent;
  const row = { boot, instance, pid: mark.pid, pid_started: mark.started, machine_boot: mark.machineBoot };
  // Without it recovery still infers; it only takes a lease longer.
  rememberBoot(store.db, row).catch((error: Error) => log(`agent ${instance} could not be recorded: ${error.message}`));
};

const LOOPBACK = new Set(["127.0.0.1", "::1", "localhost"]);

export const startServer = async (config: ServerConfig, clock: Clock = systemClock): Promise<Server> => {
  const { folder, mesh, listen, token, allowExec, childVariables = {}, log } = config;
  if (!LOOPBACK.has(listen.host))
    throw new Error(`cannot listen on ${listen.host}: only loopback (127.0.0.1, ::1, localhost) is served without TLS`);
  const store = await openStore(folder);
  const opened: (() => unknown)[] = [() => store.close()];
  const shut = async () => {
    for (const close of opened.splice(0).reverse()) await close();
  };
  try {
    await recover(store, clock, log);
    const edges = mesh?.edges.map(orderOf(mesh)) ?? [];
    const fleet = new Fleet({ clock, epoch: store.epoch, edges, log, onBoot: remember(store, log) });
    opened.push(() => fleet.close());
    const runs = new Runs({ clock, store, fleet, mesh, allowExec, openSource: opener({ childVariables }), log });
    opened.push(() => runs.stop());
    const guard = guardJumps(clock, (reason) => {
      log(`clock jump: ${reason}`);
      runs.haltAll({ because: "clock-jump", reason: `A clock jumped: ${reason}.`, recover: false });
    });
    opened.push(() => guard.cancel());

    let closing: Promise<void> | null = null;
    const context = { clock, runs, fleet, mesh, allowExec };
    const app = await createApp({ context, token, host: listen.host, log, isReady: () => closing === null });
    opened.push(() => app.close());
    await app.listen(listen);
    const { port } = app.server.address() as AddressInfo;

    const close = async () => {
      const halting = { because: "interrupted", reason: "The server was stopped.", recover: false } as const;
      await within(clock, DRAIN_MS, runs.drain(halting), () => new Error("the runs did not finish")).catch(
        (error: Error) => log(`closing although ${error.message}: the next start finishes them`),
      );
      await shut();
    };
    return {
      url: `http://${listen.host.includes(":") ? `[${listen.host}]` : listen.host}:${port}`,
      agentExited: (pid) => fleet.agentExited(pid),
      close: () => {
        closing ??= close();
        return closing;
      },
    };
  } catch (error) {
    await shut();
    throw error;
  }
};
