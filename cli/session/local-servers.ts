/** Servers of this machine: folders, and which servers are alive. Loads no database. */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import type { Clock } from "../clock.ts";
import { namesIn, runsIn, type Skip, serveIn, upIn } from "../home.ts";
import { type Client, connect } from "./client.ts";
import { isAlive, isElsewhere, readRecord, recordIn, type ServerRecord } from "./server-record.ts";

/** The folder of a server, and the server's record while alive. */
export interface LocalServer {
  readonly folder: string;
  readonly live: ServerRecord | null;
  /** The server belongs to another process namespace and does not answer from here: the state is unknown. */
  readonly unknown: boolean;
}
export interface LocalServerSearch {
  readonly home: string;
  readonly clock: Clock;
}
export const clientOf = ({ url, token }: ServerRecord, clock: Clock): Client => connect({ urls: [url], token }, clock);

const ANSWER_MS = 1_000;
/**
 * Sent with the token of the record, so that a later server on the same port is not mistaken for the recorded server.
 */
const answers = (record: ServerRecord, clock: Clock): Promise<boolean> =>
  clientOf(record, clock)
    .call("GET /api/v1/server", { withinMs: ANSWER_MS })
    .then(
      () => true,
      () => false,
    );
/** True if the server of a record is alive: by the process, or by an answer where the process cannot be seen. */
export const isLive = async (record: ServerRecord, clock: Clock): Promise<boolean> =>
  isAlive(record) || (isElsewhere(record) && (await answers(record, clock)));

/** null: the folder cannot be read, such as a folder of root's after a single `sudo squall run`. */
const placeAt = async (folder: string, clock: Clock, skip: Skip): Promise<LocalServer | null> => {
  try {
    await readdir(folder);
  } catch (error) {
    skip(`${folder} cannot be read (${(error as NodeJS.ErrnoException).code}) and is passed over`);
    return null;
  }
  const record = await readRecord(recordIn(folder), skip);
  const live = record !== null && (await isLive(record, clock)) ? record : null;
  return { folder, live, unknown: live === null && record !== null && isElsewhere(record) };
};
/**
 * Folders of servers, the newest first; those of `serve` before all. An unreadable folder is reported and passed over.
 */
export const localServersIn = async ({ home, clock }: LocalServerSearch, skip: Skip): Promise<LocalServer[]> => {
  const below = async (parent: string) => (await namesIn(parent, skip)).reverse().map((name) => join(parent, name));
  const folders = [...(await below(serveIn(home, ""))), ...(await below(runsIn(home)))];
  const places = await Promise.all(folders.map((folder) => placeAt(folder, clock, skip)));
  return places.filter((place) => place !== null);
};
/** Meshes that are `up` on this machine, by name. */
export const meshesUp = async ({ home, clock }: LocalServerSearch, skip: Skip): Promise<ServerRecord[]> => {
  const names = (await namesIn(upIn(home), skip)).filter((name) => name.endsWith(".json"));
  const records = await Promise.all(names.map((name) => readRecord(join(upIn(home), name), skip)));
  const live = await Promise.all(
    records.map(async (record) => (record !== null && (await isLive(record, clock)) ? record : null)),
  );
  return live.filter((record) => record !== null);
};
