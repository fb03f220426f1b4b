/**
 * Finds a run by id, wherever the run is: on the server that the flags name; else on this machine, else on the server
 * in use.
 */
import type { RunId } from "../../experiments/model/names.ts";
import type { Context } from "../context.ts";
import { usage } from "../exit.ts";
import { plainMessage } from "../output.ts";
import type { LocalRuns } from "./archive.ts";
import type { Client } from "./client.ts";
import { clientOf } from "./local-servers.ts";
import { findRemote, type Record, readRemote } from "./remote.ts";
import { openTarget, type ServerOptions, type Target, targetInUse, targetOfFlags } from "./target.ts";

export interface FoundRun {
  readonly id: RunId;
  /** null: the run's server is gone, and the run's files are here. */
  readonly client: Client | null;
  /** The record is read on the first call. */
  record(): Promise<Record>;
}
export const hereOf = ({ home, clock, output }: Context): LocalRuns => ({
  ...{ home, clock },
  log: (line) => output.err(plainMessage(line)),
});

const onServer = async (context: Context, target: Target, wanted: string): Promise<FoundRun | null> => {
  const client = openTarget(context, target);
  const id = await findRemote(client, wanted);
  return id === null ? null : { id, client, record: () => readRemote(client, id) };
};
const onMachine = async (context: Context, wanted: string): Promise<FoundRun | null> => {
  // Loaded only here: the database costs a command more than all the rest, and commands that ask a server do not need
  // the database.
  const { findHere, recordOf } = await import("./archive.ts");
  const here = hereOf(context);
  const archived = await findHere(here, wanted);
  if (archived === null) return null;
  const { live } = archived.place;
  const client = live === null ? null : clientOf(live, context.clock);
  return { id: archived.summary.id, client, record: () => recordOf(archived, here) };
};

const nowhere = (wanted: string, where: string): never => {
  throw usage(
    wanted === "last"
      ? `there is no run yet${where}`
      : `no run begins with ${wanted}${where}; \`squall runs\` lists them`,
  );
};
export const lookUp = async (context: Context, options: ServerOptions, wanted: string): Promise<FoundRun> => {
  const target = await targetOfFlags(context, options);
  if (target !== null) return (await onServer(context, target, wanted)) ?? nowhere(wanted, ` on ${target.name}`);
  const here = await onMachine(context, wanted);
  if (here !== null) return here;
  const inUse = wanted === "last" || options.context !== undefined ? null : await targetInUse(context);
  if (inUse === null) return nowhere(wanted, "");
  return (await onServer(context, inUse, wanted)) ?? nowhere(wanted, ` here or on ${inUse.name}`);
};
