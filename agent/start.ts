/** Puts an agent together: clock, transports, edges, local control, and a session with a server or a mesh file. */
import { randomBytes } from "node:crypto";
import { Agent, type AgentConfig } from "./agent.ts";
import { type Clock, readClocks, systemClock } from "./clock.ts";
import type { EdgeOrder } from "./contract/messages.ts";
import { commonRoutes, openControl, type Routes } from "./control.ts";
import type { Serve } from "./edges.ts";
import { guardClocks } from "./guard.ts";
import { Session } from "./session.ts";
import { serveHttp } from "./splice/http1.ts";
import { serveTcp } from "./splice/tcp.ts";
import { chooseTransports } from "./transport/choose.ts";
import type { Transports } from "./transport/transport.ts";

export interface StartConfig extends AgentConfig {
  /** Where orders and edges come from; null: from the control socket, with `edges`. */
  readonly server: { readonly url: string; readonly token: string } | null;
  /** Served from the start, without a server. */
  readonly edges: readonly EdgeOrder[];
  /** Path of the control socket; null: none. */
  readonly control: string | null;
  /** Routes beyond those that every agent has. */
  readonly routes?: (agent: Agent) => Routes;
  readonly log: (line: string) => void;
  /** Every edge listens: called once. */
  readonly onListening: (edges: ReturnType<Agent["edges"]["listening"]>) => void;
  /** An edge that cannot listen. `first`: none ever did. */
  readonly onUnable: (error: Error, first: boolean) => void;
}
export interface RunningAgent {
  readonly agent: Agent;
  /** Drops every fault, waits until what is under way has ended, `drainMs` at most, and closes everything. */
  close(drainMs: number): Promise<void>;
}

const BUSY_LOOK_MS = 20;

export const startAgent = async (config: StartConfig): Promise<RunningAgent> => {
  const { server, control, edges, routes, log } = config;
  const clock = systemClock;
  const { transports, because } = await chooseTransports(clock);
  if (because !== null) log(because);

  let session: Session | null = null;
  const agent = new Agent(config, {
    clock,
    boot: randomBytes(12).toString("hex"),
    pid: process.pid,
    serve: serveWith(transports, clock, log),
    log,
    say: (message) => session?.say(message),
  });
  const guard = guardClocks(clock, readClocks, (apartMs) => {
    log(`the clocks of this machine went ${Math.round(apartMs)} ms apart`);
    agent.dropAll("clock-jump");
  });
  let listening = false;
  const onReady = () => {
    if (listening) return;
    listening = true;
    config.onListening(agent.edges.listening());
  };
  const opened = control === null ? null : await open(control, agent, routes, log);
  if (server === null) {
    await agent.edges.serve(edges).then(onReady, (error: Error) => config.onUnable(error, true));
  } else {
    const random = () => randomBytes(4).readUInt32BE() / 2 ** 32;
    const onUnable = (error: Error) => config.onUnable(error, !listening);
    session = new Session(agent, { server: server.url, token: server.token, clock, random, log, onReady, onUnable });
  }

  const idle = async (untilMs: number): Promise<void> => {
    while (agent.edges.busy > 0 && clock.nowMs() < untilMs)
      await new Promise<void>((resolve) => clock.wake(clock.nowMs() + BUSY_LOOK_MS, resolve));
  };
  return {
    agent,
    async close(drainMs) {
      agent.retire("the agent ends");
      guard.stop();
      await idle(clock.nowMs() + drainMs);
      session?.close();
      opened?.close();
      await agent.edges.close();
    },
  };
};

const serveWith = (transports: Transports, clock: Clock, log: (line: string) => void): Serve => {
  return (order, faults, observer) => {
    const report = (error: unknown) => log(`edge ${order.id}: ${error instanceof Error ? error.stack : String(error)}`);
    const serve = order.protocol === "tcp" ? serveTcp : serveHttp;
    return serve(order, faults, observer, { transports, clock, report });
  };
};

/** Traffic comes first: an agent without its control socket is still an agent. */
const open = async (path: string, agent: Agent, routes: StartConfig["routes"], log: (line: string) => void) => {
  try {
    return await openControl(path, { ...commonRoutes(agent, systemClock), ...routes?.(agent) });
  } catch (error) {
    log(`no local control: ${(error as Error).message}`);
    return null;
  }
};
