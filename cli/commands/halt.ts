/** `squall halt`: takes faults away at once. Never asks, and where a server does not answer it goes straight to the agents. */
import type { Command, Context } from "../context.ts";
import { terminal } from "../escape/terminal.ts";
import { CommandError, UNREACHABLE, usage } from "../exit.ts";
import { type Place, placesIn } from "../session/archive.ts";
import { ApiRefusal, type Client, connect } from "../session/client.ts";
import type { ServerRecord } from "../session/record.ts";
import { controlSockets, dropAt } from "../session/straight.ts";

export interface HaltOptions {
  readonly all?: boolean;
  readonly reason?: string;
}
interface Server {
  readonly place: Place;
  readonly record: ServerRecord;
  readonly client: Client;
}
const PATIENCE_MS = 3_000;
const bodyOf = ({ reason }: HaltOptions) => ({
  reason: reason ?? "halted by an operator",
  because: "operator" as const,
});

/** A server that hangs must not keep the others, or the agents, from being asked. */
const inTime = <T>(context: Context, promise: Promise<T>): Promise<T> =>
  Promise.race([
    promise,
    context.clock.sleep(PATIENCE_MS).then(() => {
      throw new CommandError(UNREACHABLE, `no answer within ${PATIENCE_MS / 1_000} s`);
    }),
  ]);

const serversOf = ({ clock }: Context, places: readonly Place[]): Server[] =>
  places.flatMap((place) =>
    place.live === null
      ? []
      : [{ place, record: place.live, client: connect(place.live.url, place.live.token, clock.sleep) }],
  );

const haltAll = async (context: Context, options: HaltOptions): Promise<number> => {
  const { home, output } = context;
  const places = await placesIn(home);
  const asked = await Promise.all(
    serversOf(context, places).map(async ({ place, record, client }) => {
      try {
        const { halted } = await inTime(context, client.call("POST /api/v1/halt", { body: bodyOf(options) }));
        for (const id of halted) output.out(`halted ${terminal(id)}`);
        return { place, halted: halted.length };
      } catch (error) {
        output.err(terminal(`${record.url}: ${(error as Error).message}; going straight to its agents`));
        return { place: { ...place, live: null }, halted: 0 };
      }
    }),
  );
  const answered = new Set(asked.filter(({ place }) => place.live !== null).map(({ place }) => place.folder));
  // Where a server answered, its agents are dropped and audited by it; the rest are asked directly.
  const sockets = await controlSockets(
    home,
    places.filter(({ folder }) => !answered.has(folder)),
  );
  const dropped = await Promise.all(sockets.map(async (socket) => ({ socket, how: await dropAt(socket) })));
  for (const { socket, how } of dropped)
    if (how === "dropped") output.out(`dropped the faults of the agent at ${terminal(socket)}`);
    else if (how === "failed") output.err(`the agent at ${terminal(socket)} did not answer`);
  const runs = asked.reduce((sum, { halted }) => sum + halted, 0);
  if (runs === 0 && dropped.every(({ how }) => how === "nobody")) output.err("nothing was running");
  return dropped.some(({ how }) => how === "failed") ? UNREACHABLE : 0;
};

const liveRuns = async (context: Context) => {
  const servers = serversOf(context, await placesIn(context.home));
  const lists = await Promise.all(
    servers.map(async ({ client }) => {
      const { runs } = await inTime(context, client.call("GET /api/v1/runs", {})).catch(() => ({ runs: [] }));
      return runs.filter(({ state }) => state !== "finished").map(({ id }) => ({ id, client }));
    }),
  );
  return lists.flat();
};

const haltOne = async (context: Context, options: HaltOptions, wanted: string | undefined): Promise<number> => {
  const live = await liveRuns(context);
  const found = live.filter(({ id }) => wanted === undefined || id.startsWith(wanted));
  const ids = live.map(({ id }) => id).join(", ");
  const [first, ...more] = found;
  if (first === undefined)
    throw usage(
      `${wanted === undefined ? "no run is" : `no run that begins with ${wanted} is`} under way${ids === "" ? "" : `; there are ${ids}`}. \`squall halt --all\` also goes to agents without a server`,
    );
  if (more.length > 0) throw usage(`name one of ${found.map(({ id }) => id).join(", ")}, or --all`);
  try {
    await first.client.call("POST /api/v1/runs/:id/halt", { params: { id: first.id }, body: bodyOf(options) });
  } catch (error) {
    // It ended by itself in between: that is what was asked for.
    if (!(error instanceof ApiRefusal && error.status === 409)) throw error;
  }
  context.output.out(`halted ${terminal(first.id)}`);
  return 0;
};

export const halt: Command<HaltOptions, [run: string | undefined]> = (context, options, run) => {
  if (options.all === true && run !== undefined) throw usage("give either a run or --all");
  return options.all === true ? haltAll(context, options) : haltOne(context, options, run);
};
