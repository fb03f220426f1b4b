/** Puts an agent together: clock, transports, edges, local control, and a session with a server or a mesh file. */
import { randomBytes } from "node:crypto";
import { asAgentBoot, type Instance, type ServiceName, spellEdge } from "../experiments/model/names.ts";
import { Agent, type AgentConfig } from "./agent.ts";
import { type Clock, readClocks, systemClockOn, systemZeroMs } from "./clock/clock.ts";
import { detectClockJumps } from "./clock/clock-jump.ts";
import { tightenTimerSlack } from "./clock/timer-slack.ts";
import { LIMITS } from "./contract/limits.ts";
import type { EdgeOrder, TransportReport } from "./contract/messages.ts";
import { type FromKeeper, machineMsOf, type ToKeeper } from "./contract/processes.ts";
import { type ControlRoutes, commonRoutes, openControlSocket } from "./control/control-socket.ts";
import type { Credential } from "./credential/credential.ts";
import type { Tls } from "./credential/tls.ts";
import { Descriptors, readDescriptorLimit } from "./edge/descriptors.ts";
import type { EdgeFailure, ServeEdge } from "./edge/edges.ts";
import { LocalEdges } from "./edge/local-edges.ts";
import { WayInError } from "./edge/way-in.ts";
import type { PredecessorTraffic } from "./faults/predecessor-traffic.ts";
import type { AgentLog } from "./log.ts";
import { dialByName } from "./names/dial-by-name.ts";
import { NameResolver } from "./names/name-resolver.ts";
import { openSystemNames } from "./names/system-names.ts";
import { readCpuLimit } from "./process/cpu-limit.ts";
import { readMachineClock, readProcessMark, recordBoot } from "./process/process-mark.ts";
import { Stalls } from "./process/stalls.ts";
import { isStopped } from "./processes/keeper-channel.ts";
import { ProcessFaults } from "./processes/process-faults.ts";
import type { Gates } from "./redirect/gates.ts";
import type { Redirect } from "./redirect/redirect.ts";
import { Session } from "./session/session.ts";
import { serveHttp } from "./splice/http1.ts";
import { serveTcp } from "./splice/tcp.ts";
import { chooseTransports } from "./transport/choose.ts";
import { Listeners } from "./transport/listen.ts";
import { Orphans } from "./transport/orphans.ts";
import type { Tier, Transports } from "./transport/transport.ts";
import { type Handover, upgradeRoute } from "./upgrade/upgrade-route.ts";

export interface StartConfig extends AgentConfig {
  /** Server that sends orders and edges; null: orders come from the control socket, with `edges`. */
  readonly server: {
    readonly urls: readonly string[];
    readonly credential: Credential;
    readonly tls: Tls;
  } | null;
  /** Edges served from the start, and for good, whether or not a server answers. */
  readonly edges: readonly EdgeOrder[];
  /** Path of the control socket; null: none. */
  readonly control: string | null;
  /** File in which this process leaves the boot id for the next process; null: no file. */
  readonly bootFile: string | null;
  /** Listening sockets of the process before this one, by address. */
  readonly inherited?: Readonly<Record<string, number>>;
  /**
   * Waits until the previous process has let go of the exclusive resources. `onTraffic` hears of the traffic that the
   * previous process still carries.
   */
  readonly takeOver?: (onTraffic: (traffic: PredecessorTraffic) => void) => Promise<void>;
  /** Way to start a successor; null: this agent may not start a successor. */
  readonly handover?: Handover | null;
  /** Routes of the control socket beyond the common routes. */
  readonly routes?: (agent: Agent) => ControlRoutes;
  /** The agent is a part of an embedded mesh and ends with the mesh: no other agent takes its place. Absent: it may. */
  readonly endsWithMesh?: boolean;
  /** Services whose processes the keeper strikes for this agent, by the channel; absent or none: no process is struck. */
  readonly processes?: readonly ServiceName[];
  /** Sends the keeper an order; used only with `processes`. */
  readonly toKeeper?: (message: ToKeeper) => void;
  /** Transport tier that is forced; absent or null: the fastest that works. */
  readonly transport?: Tier | null;
  /** Gates that own the redirect of this machine's connections to this agent; absent or null: no redirect. */
  readonly gates?: Gates | null;
  readonly log: AgentLog;
  /** Called once, when every edge listens that can. */
  readonly onListening: (edges: ReturnType<Agent["edges"]["listening"]>) => void;
  /** Called at each change with the server of the current session; null: no session. */
  readonly onServer?: (server: string | null) => void;
  /**
   * Called with edges that cannot be served. `first`: the agent never listened, and required edges are missing. An
   * agent with a service and a server requires at least one edge, any other agent every edge.
   */
  readonly onUnable: (error: Error, first: boolean) => void;
}
export interface RunningAgent {
  readonly agent: Agent;
  /** Takes a report of the keeper. */
  heard(message: FromKeeper): void;
  /** Drops every fault, waits until open exchanges have ended, `drainMs` at most, and closes everything. */
  close(drainMs: number): Promise<void>;
}

const LOOK_MS = 20;
/** Time for callers to leave connections that they keep, ms, when an agent with a redirect ends. */
const KEPT_DRAIN_MS = 1_000;

export const startAgent = async (config: StartConfig): Promise<RunningAgent> => {
  const { server, edges, log } = config;
  const cpu = readCpuLimit();
  tightenTimerSlack();
  const clock = systemClockOn(cpu.cpus);
  const listeners = new Listeners(config.inherited);
  const chosen = await chooseTransports(clock, listeners, config.transport);
  const resolver = new NameResolver(clock, openSystemNames(clock.nowMs));
  const transports = dialByName(chosen.transports, clock, resolver);
  const transport: TransportReport = {
    tier: chosen.transports.tier,
    because: chosen.because?.slice(0, LIMITS.whyLength) ?? null,
  };
  const { tier, because } = transport;
  log("the edges' transport", "info", { tier, ...(because !== null && { because }) });

  let session: Session | null = null;
  const boot = asAgentBoot(randomBytes(12).toString("hex"));
  const clockJumps = detectClockJumps(clock, readClocks, (apartMs) => {
    log(`the clocks of this machine went ${Math.round(apartMs)} ms apart`, "warn");
    agent.dropAll("clock-jump");
  });
  const local = new LocalEdges(edges);
  const listen = { ...local.listen, ...config.listen };
  const processes = processFaultsOf(config, clock, () => agent);
  const { instance, gates = null } = config;
  const lookup = (name: string) => resolver.lookup(name);
  // Loaded on demand: an agent without a redirect starts as fast as before.
  const redirect =
    gates === null
      ? null
      : new (await import("./redirect/redirect.ts")).Redirect({ gates, clock, instance, transports, lookup, log });
  const agent: Agent = new Agent(server === null ? config : { ...config, listen }, {
    ...{ clock, boot, log, transport, pid: process.pid, process: readProcessMark(process.pid) },
    machineClock: readMachineClock(systemZeroMs()),
    predecessor: config.bootFile === null ? null : recordBoot(config.bootFile, boot),
    serve: serveWith(instance, transports, clock, log, redirect),
    stalls: new Stalls(clock, cpu),
    clockJumps,
    ...(processes !== null && { processes }),
    ...(redirect !== null && { redirect }),
    send: (message) => session?.send(message),
  });
  const running = new StartedAgent(config, {
    processes,
    redirect,
    agent,
    clock,
    listeners,
    session: () => session,
    stop: () => clockJumps.stop(),
  });
  // Local control opens before any edge is served. A successor opens local control once the process before it has let
  // go, which waits for the edges.
  if (config.takeOver === undefined) await running.openControl();
  if (server === null || edges.length > 0) running.served(await agent.edges.serve(edges));
  if (server !== null) {
    const random = () => randomBytes(4).readUInt32BE() / 2 ** 32;
    const { urls: servers, credential, tls } = server;
    const onServed = (failed: readonly EdgeFailure[]) => running.served(failed);
    const { onServer = () => {} } = config;
    session = new Session(agent, { servers, credential, tls, clock, random, log, local, onServed, onServer });
  }
  return running;
};

/** null: no keeper strikes processes for this agent. */
const processFaultsOf = (
  { processes: services = [], toKeeper }: StartConfig,
  clock: Clock,
  agent: () => Agent,
): ProcessFaults | null => {
  if (services.length === 0 || toKeeper === undefined) return null;
  // Both clocks are CLOCK_MONOTONIC, from different origins.
  const originMs = machineMsOf(process.hrtime.bigint()) - clock.nowMs();
  return new ProcessFaults({
    ...{ clock, services, send: toKeeper, isStopped },
    machineMsAt: (ms) => originMs + ms,
    onAbsence: (service, nowMs) => agent().edges.absenceChanged(service, nowMs),
    onFailure: (why) => agent().dropAll(why),
  });
};

interface AgentParts {
  readonly processes: ProcessFaults | null;
  readonly redirect: Redirect | null;
  readonly agent: Agent;
  readonly clock: Clock;
  readonly listeners: Listeners;
  readonly session: () => Session | null;
  readonly stop: () => void;
}

class StartedAgent implements RunningAgent {
  readonly agent: Agent;
  readonly #config: StartConfig;
  readonly #parts: AgentParts;
  #listening = false;
  #control: { close(): void } | null = null;

  constructor(config: StartConfig, parts: AgentParts) {
    this.agent = parts.agent;
    this.#config = config;
    this.#parts = parts;
  }

  /**
   * Judges the served edges. An agent for every caller of the mesh is useless with half the edges; a sidecar serves the
   * rest.
   */
  served(failed: readonly EdgeFailure[]): void {
    const { onListening, onUnable, service = null, server, takeOver } = this.#config;
    const { edges } = this.agent;
    if (failed.length > 0) {
      const isVital = service === null || server === null || edges.listening().length === 0;
      onUnable(new Error(failed.map(({ why }) => why).join("; ")), !this.#listening && isVital);
      if (isVital) return;
    }
    if (this.#listening) return;
    this.#listening = true;
    onListening(edges.listening());
    if (takeOver === undefined) return;
    const { log } = this.#config;
    // Traffic comes first: the edges that this successor serves already go on without local control.
    takeOver((traffic) => edges.notePredecessor(traffic))
      .then(() => this.openControl())
      .catch((error: Error) => log(error.message, "error"));
  }

  heard(message: FromKeeper): void {
    this.#parts.processes?.heard(message);
  }

  /** Rejects where local control could not be reached: a halt would not find the agent. */
  async openControl(): Promise<void> {
    const { control, routes, log, handover = null } = this.#config;
    const { agent, clock, listeners } = this.#parts;
    if (control === null) return;
    const drain = (drainMs: number) => this.#handOn(drainMs);
    const upgrade = upgradeRoute({ agent, clock, listeners, handover, drain, log });
    try {
      this.#control = await openControlSocket(control, {
        ...commonRoutes(agent, clock),
        ...routes?.(agent),
        ...upgrade,
      });
    } catch (error) {
      throw new Error(`no local control: ${(error as Error).message}`);
    }
  }

  /** Hands over to a successor that serves every edge: from here on this process only lets open connections end. */
  async #handOn(drainMs: number): Promise<void> {
    const { agent, clock, redirect, session } = this.#parts;
    redirect?.letGo();
    agent.retire("a successor serves its edges");
    session()?.farewell();
    this.#control?.close();
    this.#control = null;
    await agent.edges.drain();
    const untilMs = clock.nowMs() + drainMs;
    // The successor hears by this process alone of what the process before this one carries.
    const hasTraffic = () => agent.edges.connections > 0 || agent.edges.hasPredecessorTraffic;
    while (hasTraffic() && clock.nowMs() < untilMs) await this.#wait();
    await this.close(0);
  }
  async close(drainMs: number): Promise<void> {
    const { agent, clock, session, redirect, stop } = this.#parts;
    // New calls pass by from here on: none comes to a listener that is about to close.
    redirect?.letGo();
    const isLeaving = !agent.isRetired && this.#config.endsWithMesh !== true && session()?.knowsLeaving === true;
    if (isLeaving) {
      agent.leave("the agent ends");
      session()?.leave(false);
    } else agent.retire("the agent ends");
    session()?.farewell();
    stop();
    const untilMs = clock.nowMs() + drainMs;
    if (redirect !== null) await this.#drainKept(Math.min(drainMs, KEPT_DRAIN_MS));
    while (agent.edges.busy > 0 && clock.nowMs() < untilMs) await this.#wait();
    if (isLeaving) session()?.leave(true);
    const goodbye = session()?.close();
    this.#control?.close();
    await Promise.all([goodbye, agent.edges.close()]);
    await redirect?.close();
  }
  /**
   * Lets callers leave the connections that they keep, each with the answer that says so: their next connection passes
   * by, where without a redirect it would meet a closed port.
   */
  async #drainKept(drainMs: number): Promise<void> {
    const { agent, clock } = this.#parts;
    await agent.edges.drain();
    // Until here the kernel has sent connections, the last of which may have had no answer yet.
    const untilMs = clock.nowMs() + drainMs;
    while (agent.edges.connections > 0 && clock.nowMs() < untilMs) await this.#wait();
  }
  #wait(): Promise<void> {
    const { clock } = this.#parts;
    return new Promise((resolve) => {
      clock.wake(clock.nowMs() + LOOK_MS, resolve);
    });
  }
}

const serveWith = (
  instance: Instance,
  transports: Transports,
  clock: Clock,
  log: AgentLog,
  redirect: Redirect | null,
): ServeEdge => {
  const descriptors = new Descriptors(readDescriptorLimit());
  const orphans = new Orphans(clock, (error) => log(error instanceof Error ? error.stack! : String(error), "error"));
  return async (order, faults, observer) => {
    const report = (error: unknown) =>
      log(`edge ${order.id}: ${error instanceof Error ? error.stack : String(error)}`, "error", { edge: order.id });
    const serve = order.protocol === "tcp" ? serveTcp : serveHttp;
    if (order.at === "callee" && redirect === null)
      throw new WayInError(`edge ${spellEdge(order.id)} needs a redirect: start this agent with --intercept`);
    return serve(order, faults, observer, {
      transports,
      clock,
      instance,
      report,
      orphans,
      descriptors: descriptors.open(),
      ...(redirect !== null && { wayIn: redirect.wayIn(order, faults) }),
    });
  };
};
