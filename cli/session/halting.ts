/** Halting everything: every server at once, and straight to the agents of those that do not answer. */
import type { Context } from "../context.ts";
import { terminal } from "../escape/terminal.ts";
import { CommandError, INTERNAL, UNREACHABLE } from "../exit.ts";
import { plainMessage } from "../output.ts";
import type { Client } from "./client.ts";
import { clientOf, type Place, placesIn } from "./places.ts";
import { controlSockets, dropAt } from "./straight.ts";
import { openTarget, type Target } from "./target.ts";

/** A server that hangs must not keep the others, or the agents, from being asked, ms. */
export const PATIENCE_MS = 3_000;

/** A server that is asked. `place`: its folder, where it runs here. */
export interface Asked {
  readonly name: string;
  readonly place: Place | null;
  readonly client: Client;
}
export const serversOf = ({ clock }: Context, places: readonly Place[]): Asked[] =>
  places.flatMap((place) =>
    place.live === null ? [] : [{ name: place.live.url, place, client: clientOf(place.live, clock) }],
  );
export const askedOf = (context: Context, target: Target): Asked => ({
  ...{ name: target.name, place: null },
  client: openTarget(context, target),
});

interface Answer {
  readonly asked: Asked;
  /** Runs that were halted; null: none, and `failure` says why. */
  readonly halted: readonly string[] | null;
  /** What it ends the command with; 0: it answered. */
  readonly failure: number;
}
const GOES_ON = "its agents drop every fault by themselves within seconds when it is dead";
const nextOf = ({ place }: Asked, failure: number): string => {
  if (place !== null) return "; going straight to its agents";
  return failure === UNREACHABLE ? `; ${GOES_ON}` : "";
};
const ask = async ({ output }: Context, asked: Asked, body: { reason: string; latch: boolean }): Promise<Answer> => {
  try {
    const { halted } = await asked.client.call("POST /api/v1/halt", { body, withinMs: PATIENCE_MS });
    for (const id of halted) output.out(terminal(`halted ${id}`));
    return { asked, halted, failure: 0 };
  } catch (error) {
    const failure = error instanceof CommandError ? error.exitCode : INTERNAL;
    output.err(plainMessage(`${asked.name}: ${(error as Error).message}${nextOf(asked, failure)}`));
    return { asked, halted: null, failure };
  }
};

/** Agents of this machine without a server that has answered; true: each that lives has dropped its faults. */
const goStraight = async ({ home, output }: Context, places: readonly Place[]) => {
  const sockets = await controlSockets(home, places);
  const dropped = await Promise.all(sockets.map(async (socket) => ({ socket, how: await dropAt(socket) })));
  for (const { socket, how } of dropped)
    if (how === "dropped") output.out(terminal(`dropped the faults of the agent at ${socket}`));
    else if (how === "failed") output.err(terminal(`the agent at ${socket} did not answer`));
  return dropped.map(({ how }) => how).filter((how) => how !== "nobody");
};

/**
 * Everything here and, where there is one, of the target. With a target that was named nothing here is touched, unless
 * the target is silent: then this may be the machine of its agents.
 */
export const haltEverything = async (
  context: Context,
  { target, named, ...body }: { target: Target | null; named: boolean; reason: string; latch: boolean },
): Promise<number> => {
  const places = named ? [] : await placesIn(context.home);
  const here = serversOf(context, places);
  // A context may well name the server that runs here.
  const isHere = target?.servers.urls.every((url) => here.some(({ name }) => name === url)) ?? true;
  const asked = isHere || target === null ? here : [...here, askedOf(context, target)];
  const answers = await Promise.all(asked.map((one) => ask(context, one, body)));
  const silent = answers.filter(({ halted }) => halted === null);
  const answered = new Set(answers.flatMap(({ asked: { place }, halted }) => (halted === null ? [] : [place?.folder])));
  const agents =
    named && silent.length === 0
      ? []
      : await goStraight(
          context,
          places.filter(({ folder }) => !answered.has(folder)),
        );
  const isLatched = body.latch && answers.some(({ halted }) => halted !== null);
  if (isLatched) context.output.err("nothing starts there until `squall halt --release`");
  const halted = answers.reduce((sum, { halted }) => sum + (halted?.length ?? 0), 0);
  if (halted === 0 && agents.length === 0 && silent.length === 0) context.output.err("nothing was running");
  // A dead server of this machine whose agents have dropped is dealt with; one elsewhere was not seen to be.
  const failures = silent.flatMap(({ asked: { place }, failure }) => (place === null ? [failure] : []));
  return Math.max(0, ...failures, agents.includes("failed") ? UNREACHABLE : 0);
};
