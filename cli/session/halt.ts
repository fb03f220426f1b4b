/** Halts every server at once, and goes straight to the agents of the servers that do not answer. */

import { terminal } from "../../experiments/report/escape/terminal.ts";
import type { Context } from "../context.ts";
import { CommandError, FORBIDDEN, INTERNAL, UNREACHABLE, unreachable } from "../exit.ts";
import { plainMessage, sayTo } from "../output.ts";
import { type AgentAnswer, controlSockets, dropAt, endRun, reach } from "./agent-socket.ts";
import type { Client } from "./client.ts";
import { clientOf, type LocalServer, localServersIn } from "./local-servers.ts";
import type { ServerRecord } from "./server-record.ts";
import { findSquallProcesses, NOTHING_SEEN, type SquallProcesses } from "./squall-processes.ts";
import { openTarget, type Target } from "./target.ts";

/** Time limit, ms: a server that hangs must not keep the others, or the agents, from receiving the halt. */
export const PATIENCE_MS = 3_000;

/** A server that is sent the halt. `record`: set for a server that runs here. */
export interface HaltRequest {
  readonly name: string;
  readonly record: ServerRecord | null;
  readonly client: Client;
}
export const haltRequestOf = (context: Context, target: Target): HaltRequest => ({
  ...{ name: target.name, record: null },
  client: openTarget(context, target),
});

export interface LocalMachine {
  /** null: no home that could be read. */
  readonly home: string | null;
  readonly places: readonly LocalServer[];
  readonly machine: SquallProcesses;
  readonly servers: readonly HaltRequest[];
}
/** A home that cannot be named does not stop the halt on this machine. */
const homeOrTold = (context: Context, isNeeded: boolean): string | null => {
  try {
    return context.home;
  } catch (error) {
    if (isNeeded || !(error instanceof CommandError)) throw error;
    context.output.err(plainMessage(error.message));
    return null;
  }
};
/** Running servers and agents of this machine. `homeOnly`: only those below $SQUALL_HOME. */
export const findLocalMachine = async (context: Context, homeOnly: boolean): Promise<LocalMachine> => {
  const home = homeOrTold(context, homeOnly);
  const places = home === null ? [] : await localServersIn({ home, clock: context.clock }, sayTo(context.output));
  const machine = homeOnly ? NOTHING_SEEN : await findSquallProcesses();
  const records = [...places.flatMap(({ live }) => (live === null ? [] : [live])), ...machine.servers];
  const unique = [...new Map(records.map((record) => [`${record.url} ${record.token}`, record])).values()];
  const servers = unique.map((record) => ({ name: record.url, record, client: clientOf(record, context.clock) }));
  return { home, places, machine, servers };
};
const NOWHERE: LocalMachine = { home: null, places: [], machine: NOTHING_SEEN, servers: [] };

interface Answer {
  readonly asked: HaltRequest;
  /** Runs that were halted; null: none, and `failure` has the exit code. */
  readonly halted: readonly string[] | null;
  /** Exit code for the command; 0: the server answered. */
  readonly failure: number;
}
const GOES_ON = "its agents drop every fault by themselves within seconds when it is dead";
const nextOf = ({ record }: HaltRequest, failure: number): string => {
  if (record !== null) return "; going straight to its agents";
  return failure === UNREACHABLE ? `; ${GOES_ON}` : "";
};
/** Time limit for the whole answer: `withinMs` of a call covers only the beginning. */
const inTime = <T>({ clock }: Context, answer: Promise<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    const late = () => reject(unreachable(`no whole answer within ${(2 * PATIENCE_MS) / 1_000} s`));
    const patience = clock.after(2 * PATIENCE_MS, late);
    answer.then(resolve, reject).finally(patience.stop);
  });
const ask = async (context: Context, asked: HaltRequest, body: { reason: string; latch: boolean }): Promise<Answer> => {
  const { output } = context;
  try {
    const call = asked.client.call("POST /api/v1/halt", { body, withinMs: PATIENCE_MS });
    const { halted } = await inTime(context, call);
    for (const id of halted) output.out(terminal(`halted ${id}`));
    return { asked, halted, failure: 0 };
  } catch (error) {
    const failure = error instanceof CommandError ? error.exitCode : INTERNAL;
    output.err(plainMessage(`${asked.name}: ${(error as Error).message}${nextOf(asked, failure)}`));
    return { asked, halted: null, failure };
  }
};

/**
 * An agent that was sent the drop directly. `folder`: the folder of its mesh's server; null: an agent that no mesh
 * started.
 */
interface Straight {
  readonly name: string;
  readonly folder: string | null;
  readonly how: AgentAnswer;
}
/** Agents of this machine, except the agents of servers that have answered. */
const goStraight = async (
  { output }: Context,
  { home, places, machine }: Pick<LocalMachine, "home" | "places" | "machine">,
  answered: ReadonlySet<string | undefined>,
): Promise<readonly Straight[]> => {
  const agents = machine.agents.filter(({ mark }) => mark === null || !answered.has(mark.folder));
  const known = new Set(machine.agents.flatMap(({ sockets }) => sockets));
  const open = places.filter(({ folder }) => !answered.has(folder));
  const sockets = (await controlSockets(home, open, sayTo(output))).filter(({ path }) => !known.has(path));
  return Promise.all([
    ...agents.map(async (agent) => {
      const name = agent.sockets[0] ?? `pid ${agent.pid}`;
      return { name, folder: agent.mark?.folder ?? null, how: await reach(agent) };
    }),
    ...sockets.map(async ({ path, folder }) => ({ name: path, folder, how: await dropAt(path) })),
  ]);
};
const WORDS: Readonly<Record<AgentAnswer, ((name: string) => string) | null>> = {
  dropped: (name) => `dropped the faults of the agent at ${name}`,
  signalled: (name) => `told the agent at ${name}, whose socket is gone, to drop its faults by SIGUSR2`,
  failed: (name) => `the agent at ${name} did not answer`,
  nobody: null,
};
const isReached = ({ how }: Straight): boolean => how === "dropped" || how === "signalled";

/**
 * Sentence on the refusal of starts from now on. A server of `run` ends with the runs, and refuses no start afterwards.
 */
const latchOf = ({ name, record }: HaltRequest): string | null => {
  if (record === null || record.kind === "serve") return `nothing starts at ${name} until \`squall halt --release\``;
  return record.kind === "up"
    ? `nothing starts on mesh ${record.mesh} until \`squall halt --release\`, or until it is down`
    : null;
};

/**
 * A silent server of this machine is dealt with once the agents have dropped; the agents of a server elsewhere were not
 * seen to drop.
 */
const isDealtWith = ({ asked: { record } }: Answer, agents: readonly Straight[]): boolean =>
  record !== null &&
  agents.some(
    (agent) =>
      isReached(agent) && (agent.folder === record.folder || (record.kind === "serve" && agent.folder === null)),
  );

const nothing = ({ home, machine }: LocalMachine, target: Target | null, homeOnly: boolean): string => {
  if (target !== null) return `no run was under way at ${target.name}`;
  if (homeOnly) return `nothing was running below ${home}`;
  return machine.unseen === null ? "nothing was running" : `nothing was running that can be seen; ${machine.unseen}`;
};

export interface Halting {
  readonly target: Target | null;
  /** The target was named: no process here is touched unless the target is silent. */
  readonly named: boolean;
  readonly homeOnly: boolean;
  readonly reason: string;
  readonly latch: boolean;
}
/**
 * Halts everything here and, if there is a target, on the target. If a named target is silent, this may be the machine
 * of that server's agents: agents that no mesh started are sent the drop.
 */
export const haltEverything = async (context: Context, halting: Halting): Promise<number> => {
  const { target, named, homeOnly, reason, latch } = halting;
  const { output } = context;
  const here = named ? NOWHERE : await findLocalMachine(context, homeOnly);
  // A context may well name the server that runs here.
  const isHere = target?.servers.urls.every((url) => here.servers.some(({ name }) => name === url)) ?? true;
  const asked = isHere || target === null ? here.servers : [...here.servers, haltRequestOf(context, target)];
  const answers = await Promise.all(asked.map((one) => ask(context, one, { reason, latch })));
  const silent = answers.filter(({ halted }) => halted === null);
  const answered = new Set(
    answers.flatMap(({ asked: { record }, halted }) => (halted === null ? [] : [record?.folder])),
  );
  const agents = await straightly(context, halting, here, {
    answered,
    // A server that refuses is not dead.
    isSilent: silent.some(({ failure }) => failure === UNREACHABLE),
  });
  for (const { name, how } of agents) {
    const line = WORDS[how]?.(name);
    if (line !== undefined) (how === "failed" ? output.err : output.out)(terminal(line));
  }
  // No gate refuses the runs that these processes start next.
  const ended = latch ? here.machine.bare.filter(endRun) : [];
  for (const { pid, command } of ended) output.out(terminal(`told pid ${pid} (${command}) to end`));
  const { outOfReach } = here.machine;
  for (const { pid, user, command } of outOfReach)
    output.err(terminal(`not reached: pid ${pid} of user ${user} (${command}); only that user and root may halt it`));
  const latched = latch ? answers.flatMap(({ asked, halted }) => (halted === null ? [] : [latchOf(asked)])) : [];
  for (const line of latched) if (line !== null) output.err(terminal(line));
  const alive = agents.filter(({ how }) => how !== "nobody");
  const runs = answers.flatMap(({ halted }) => halted ?? []);
  if (runs.length + alive.length + silent.length + ended.length + outOfReach.length === 0)
    output.err(terminal(asked.length > 0 && !named ? "no run was under way" : nothing(here, target, homeOnly)));
  return Math.max(
    ...silent.filter((answer) => !isDealtWith(answer, alive)).map(({ failure }) => failure),
    alive.some(({ how }) => how === "failed") ? UNREACHABLE : 0,
    outOfReach.length > 0 ? FORBIDDEN : 0,
  );
};

const straightly = async (
  context: Context,
  { named, homeOnly }: Halting,
  here: LocalMachine,
  { answered, isSilent }: { readonly answered: ReadonlySet<string | undefined>; readonly isSilent: boolean },
): Promise<readonly Straight[]> => {
  if (!named) return goStraight(context, here, answered);
  if (!isSilent) return [];
  const machine = homeOnly ? NOTHING_SEEN : await findSquallProcesses();
  const alone = machine.agents.filter(({ mark }) => mark === null);
  return goStraight(
    context,
    { home: homeOrTold(context, homeOnly), places: [], machine: { ...machine, agents: alone } },
    answered,
  );
};
