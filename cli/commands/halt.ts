/**
 * `squall halt`: removes faults at once. Never asks for confirmation; if a server does not answer, goes straight to the
 * agents.
 */

import type { RunId } from "../../experiments/model/names.ts";
import { terminal } from "../../experiments/report/escape/terminal.ts";
import type { Command, Context } from "../context.ts";
import { CommandError, INTERNAL, UNREACHABLE, usage } from "../exit.ts";
import { plainMessage } from "../output.ts";
import { ApiError, type Client } from "../session/client.ts";
import { findLocalMachine, type HaltRequest, haltEverything, haltRequestOf, PATIENCE_MS } from "../session/halt.ts";
import { listRemote, pickOne } from "../session/remote.ts";
import { type ServerOptions, type Target, targetInUse, targetOfFlags } from "../session/target.ts";

export interface HaltOptions extends ServerOptions {
  readonly all?: boolean;
  readonly release?: boolean;
  /** False by --no-latch. */
  readonly latch: boolean;
  readonly homeOnly?: boolean;
  readonly reason?: string;
}
const REASON = "halted by an operator";
/** Number of newest runs that are searched for active runs. */
const LOOK_BACK = 400;

/**
 * Servers in the order in which a run is searched: the server that the flags name; or else those of this $SQUALL_HOME, the
 * others of this machine, and the server of the context in use. A run of the same name elsewhere on the machine, or a
 * server there that hangs, must not stand between an operator and the operator's own run.
 */
const nearestFirst = async (context: Context, options: HaltOptions): Promise<readonly (readonly HaltRequest[])[]> => {
  const target = await targetOfFlags(context, options);
  if (target !== null) return [[haltRequestOf(context, target)]];
  const inUse = options.context === undefined ? await targetInUse(context) : null;
  const { servers, places } = await findLocalMachine(context, options.homeOnly === true);
  const own = new Set(places.flatMap(({ live }) => (live === null ? [] : [live.url])));
  const isOwn = ({ name }: HaltRequest) => own.has(name);
  return [
    servers.filter(isOwn),
    servers.filter((server) => !isOwn(server)),
    inUse === null ? [] : [haltRequestOf(context, inUse)],
  ];
};

/** A context that cannot be used is reported, and does not stop the halt on this machine. */
const inUseOrTold = (context: Context): Promise<Target | null | "unusable"> =>
  targetInUse(context).catch((error: Error) => {
    context.output.err(plainMessage(`the context in use: ${error.message}`));
    return "unusable" as const;
  });
const haltAll = async (context: Context, options: HaltOptions): Promise<number> => {
  const flagged = await targetOfFlags(context, options);
  const inUse = flagged === null && options.context === undefined ? await inUseOrTold(context) : null;
  const target = flagged ?? (inUse === "unusable" ? null : inUse);
  const { reason = REASON, latch, homeOnly = false } = options;
  const code = await haltEverything(context, { target, named: flagged !== null, homeOnly, reason, latch });
  return inUse === "unusable" ? UNREACHABLE : code;
};

/** Each server is sent the release, regardless of another server's answer. */
const release = async (context: Context, options: HaltOptions): Promise<number> => {
  const servers = (await nearestFirst(context, options)).flat();
  if (servers.length === 0) throw usage("no server: name one with --server or --context");
  const { output } = context;
  const { reason } = options;
  const codes = await Promise.all(
    servers.map(async ({ name, client }) => {
      try {
        const body = reason === undefined ? {} : { reason };
        await client.call("POST /api/v1/release", { body, withinMs: PATIENCE_MS });
        output.out(terminal(`runs may start again at ${name}`));
        return 0;
      } catch (error) {
        output.err(plainMessage(`${name}: ${(error as Error).message}`));
        return error instanceof CommandError ? error.exitCode : INTERNAL;
      }
    }),
  );
  return Math.max(...codes);
};

interface LiveRun {
  readonly id: RunId;
  readonly client: Client;
}
const underWay = async (context: Context, servers: readonly HaltRequest[]): Promise<readonly LiveRun[]> => {
  const lists = await Promise.all(
    servers.map(async ({ name, client }) => {
      const runs = await listRemote(client, {}, LOOK_BACK).catch((error: Error) => {
        context.output.err(terminal(`${name}: ${error.message}`));
        return [];
      });
      return runs.filter(({ state }) => state !== "finished").map(({ id }) => ({ id, client }));
    }),
  );
  return lists.flat();
};

const haltOne = async (context: Context, options: HaltOptions, wanted: string | undefined): Promise<number> => {
  const [...places] = await nearestFirst(context, options);
  const others: RunId[] = [];
  for (let place = places.shift(); place !== undefined; place = places.shift()) {
    const live = await underWay(context, place);
    const ids = live.map(({ id }) => id);
    if (wanted === undefined && ids.length > 1) throw usage(`name one of ${ids.join(", ")}, or --all`);
    const id = wanted === undefined ? (ids[0] ?? null) : pickOne(wanted, ids);
    const found = live.find((run) => run.id === id);
    if (found === undefined) {
      others.push(...ids);
      continue;
    }
    await haltFound(context, options, found);
    // Only a name says that the operator knows of the others.
    const left = wanted === undefined ? await underWay(context, places.flat()) : [];
    if (left.length > 0)
      context.output.err(
        terminal(`still under way: ${left.map((run) => run.id).join(", ")}. \`squall halt --all\` halts everything`),
      );
    return 0;
  }
  throw usage(
    `${wanted === undefined ? "no run is" : `no run that begins with ${wanted} is`} under way${others.length === 0 ? "" : `; there are ${others.join(", ")}`}. \`squall halt --all\` also goes to agents without a server`,
  );
};
const haltFound = async (context: Context, options: HaltOptions, { id, client }: LiveRun): Promise<void> => {
  try {
    const body = { reason: options.reason ?? REASON, because: "operator" as const };
    await client.call("POST /api/v1/runs/:id/halt", { params: { id }, body, withinMs: PATIENCE_MS });
  } catch (error) {
    // The run ended by itself in between, which is the requested result.
    if (!(error instanceof ApiError && error.status === 409)) throw error;
  }
  context.output.out(terminal(`halted ${id}`));
};

export const halt: Command<HaltOptions, [run: string | undefined]> = (context, options, run) => {
  const { all = false, release: opens = false } = options;
  if (Number(run !== undefined) + Number(all) + Number(opens) > 1)
    throw usage("give either a run or --all, or --release");
  if (opens) return release(context, options);
  return all ? haltAll(context, options) : haltOne(context, options, run);
};
