/** Servers of this machine: where their folders are, and which of them live. Loads no database. */
import { join } from "node:path";
import type { Clock } from "../clock.ts";
import { type Client, connect } from "./client.ts";
import { namesIn, runsIn, serveIn, upIn } from "./home.ts";
import { isAlive, readRecord, recordIn, type ServerRecord } from "./record.ts";

/** The folder of one server, and the server while it lives. */
export interface Place {
  readonly folder: string;
  readonly live: ServerRecord | null;
}
/** Folders of servers, the newest first; those of `serve` before all. */
export const placesIn = async (home: string): Promise<Place[]> => {
  const below = async (parent: string) => (await namesIn(parent)).reverse().map((name) => join(parent, name));
  const folders = [...(await below(serveIn(home, ""))), ...(await below(runsIn(home)))];
  return Promise.all(
    folders.map(async (folder) => {
      const record = await readRecord(recordIn(folder));
      return { folder, live: record !== null && isAlive(record) ? record : null };
    }),
  );
};
/** Meshes that are `up` on this machine, by name. */
export const meshesUp = async (home: string): Promise<ServerRecord[]> => {
  const names = (await namesIn(upIn(home))).filter((name) => name.endsWith(".json"));
  const records = await Promise.all(names.map((name) => readRecord(join(upIn(home), name))));
  return records.flatMap((record) => (record !== null && isAlive(record) ? [record] : []));
};
export const clientOf = ({ url, token }: ServerRecord, clock: Clock): Client => connect({ urls: [url], token }, clock);
