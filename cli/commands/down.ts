/** `squall down`: ends a mesh that is up. Runs on the mesh are halted and reverted first. */
import { basename } from "node:path";
import { documentNameOfFile } from "../../experiments/model/notation/document-name.ts";
import type { Clock } from "../clock.ts";
import type { Command, Context } from "../context.ts";
import { CommandError, forbidden, INTERNAL, UNREACHABLE, usage } from "../exit.ts";
import { namesIn, upIn, upRecordOf } from "../home.ts";
import { sayTo } from "../output.ts";
import { isLive } from "../session/local-servers.ts";
import { isAlive, isElsewhere, openRecord, removeRecord, type ServerRecord } from "../session/server-record.ts";

/** Time limit: a run on the mesh may need time for revert and audit. */
const PATIENCE_MS = 45_000;
const LOOK_MS = 50;

const terminate = (mesh: string, { pid }: ServerRecord): void => {
  try {
    process.kill(pid, "SIGTERM");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EPERM") throw forbidden(`mesh ${mesh} (pid ${pid}) is another user's to end`);
    // The process has ended since the check.
    if (code !== "ESRCH") throw error;
  }
};

/** A pid of another process namespace cannot be signalled from here, and the record of a mesh that is up must stay. */
const refuseElsewhere = async (mesh: string, record: ServerRecord, clock: Clock): Promise<void> => {
  const { isHeld } = await import("../session/archive.ts");
  if ((await isLive(record, clock)) || (await isHeld(record.folder)))
    throw forbidden(
      `mesh ${mesh} is up in another process namespace (a container), as pid ${record.pid} there: run \`squall down ${mesh}\` in it`,
    );
};

/** Outcome of `end`. `unread`: the mesh's record cannot be read, so the mesh may be up. */
type End = "ended" | "was down" | "unread";
const end = async (context: Context, mesh: string): Promise<End> => {
  const { home, clock, output } = context;
  const path = upRecordOf(home, mesh);
  let record: ServerRecord | null;
  try {
    record = await openRecord(path);
  } catch (error) {
    sayTo(output)((error as Error).message);
    return "unread";
  }
  if (record !== null && isElsewhere(record)) await refuseElsewhere(mesh, record, clock);
  if (record === null || !isAlive(record)) {
    await removeRecord(path);
    return "was down";
  }
  terminate(mesh, record);
  const untilMs = clock.nowMs() + PATIENCE_MS;
  while (isAlive(record)) {
    if (clock.nowMs() > untilMs)
      throw new CommandError(INTERNAL, `mesh ${mesh} (pid ${record.pid}) has not ended after ${PATIENCE_MS / 1_000} s`);
    await clock.sleep(LOOK_MS);
  }
  await removeRecord(path);
  output.err(`mesh ${mesh} is down`);
  return "ended";
};

export const down: Command<Record<never, never>, [meshes: readonly string[]]> = async (context, _options, meshes) => {
  const skipped: string[] = [];
  const skip = (line: string) => {
    skipped.push(line);
    sayTo(context.output)(line);
  };
  const known = (await namesIn(upIn(context.home), skip))
    .filter((name) => name.endsWith(".json"))
    .map((name) => documentNameOfFile(basename(name, ".json")));
  for (const mesh of meshes)
    if (!known.includes(mesh))
      throw usage(`mesh ${mesh} is not up${known.length > 0 ? `; up: ${known.join(", ")}` : ""}`);
  const ends: End[] = [];
  for (const mesh of meshes.length > 0 ? meshes : known) ends.push(await end(context, mesh));
  if (skipped.length > 0 || ends.includes("unread")) return UNREACHABLE;
  if (!ends.includes("ended")) context.output.err("nothing was up");
  return 0;
};
