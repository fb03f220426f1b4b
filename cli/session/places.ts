/** Servers of this machine: where their folders are, and which of them live. Loads no database. */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import type { Clock } from "../clock.ts";
import { type Client, connect } from "./client.ts";
import { namesIn, runsIn, type Skip, serveIn, upIn } from "./home.ts";
import { isAlive, readRecord, recordIn, type ServerRecord } from "./record.ts";

/** The folder of one server, and the server while it lives. */
export interface Place {
  readonly folder: string;
  readonly live: ServerRecord | null;
}
/** null: it cannot be looked into, as one of root's after a single `sudo squall run`. */
const placeAt = async (folder: string, skip: Skip): Promise<Place | null> => {
  try {
    await readdir(folder);
  } catch (error) {
    skip(`${folder} cannot be read (${(error as NodeJS.ErrnoException).code}) and is passed over`);
    return null;
  }
  const record = await readRecord(recordIn(folder), skip);
  return { folder, live: record !== null && isAlive(record) ? record : null };
};
/** Folders of servers, the newest first; those of `serve` before all. What cannot be read is told and passed over. */
export const placesIn = async (home: string, skip: Skip): Promise<Place[]> => {
  const below = async (parent: string) => (await namesIn(parent, skip)).reverse().map((name) => join(parent, name));
  const folders = [...(await below(serveIn(home, ""))), ...(await below(runsIn(home)))];
  const places = await Promise.all(folders.map((folder) => placeAt(folder, skip)));
  return places.filter((place) => place !== null);
};
/** Meshes that are `up` on this machine, by name. */
export const meshesUp = async (home: string, skip: Skip): Promise<ServerRecord[]> => {
  const names = (await namesIn(upIn(home), skip)).filter((name) => name.endsWith(".json"));
  const records = await Promise.all(names.map((name) => readRecord(join(upIn(home), name), skip)));
  return records.flatMap((record) => (record !== null && isAlive(record) ? [record] : []));
};
export const clientOf = ({ url, token }: ServerRecord, clock: Clock): Client => connect({ urls: [url], token }, clock);
