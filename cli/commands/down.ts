/** `squall down`: ends a mesh that is up. Runs on it are halted and their faults taken away first. */
import { basename } from "node:path";
import type { Command, Context } from "../context.ts";
import { CommandError, INTERNAL, usage } from "../exit.ts";
import { namesIn, upIn, upRecordOf } from "../session/home.ts";
import { isAlive, readRecord, removeRecord } from "../session/record.ts";

/** A run on it may need its revert and audit. */
const PATIENCE_MS = 45_000;
const LOOK_MS = 50;

const end = async ({ home, clock, output }: Context, mesh: string): Promise<boolean> => {
  const path = upRecordOf(home, mesh);
  const record = await readRecord(path);
  if (record === null || !isAlive(record)) {
    await removeRecord(path);
    return false;
  }
  process.kill(record.pid, "SIGTERM");
  const untilMs = clock.nowMs() + PATIENCE_MS;
  while (isAlive(record)) {
    if (clock.nowMs() > untilMs)
      throw new CommandError(INTERNAL, `mesh ${mesh} (pid ${record.pid}) has not ended after ${PATIENCE_MS / 1_000} s`);
    await clock.sleep(LOOK_MS);
  }
  await removeRecord(path);
  output.err(`mesh ${mesh} is down`);
  return true;
};

export const down: Command<Record<never, never>, [meshes: readonly string[]]> = async (context, _options, meshes) => {
  const known = (await namesIn(upIn(context.home)))
    .filter((name) => name.endsWith(".json"))
    .map((name) => basename(name, ".json"));
  for (const mesh of meshes)
    if (!known.includes(mesh))
      throw usage(`mesh ${mesh} is not up${known.length > 0 ? `; up: ${known.join(", ")}` : ""}`);
  const ended: boolean[] = [];
  for (const mesh of meshes.length > 0 ? meshes : known) ended.push(await end(context, mesh));
  if (!ended.includes(true)) context.output.err("nothing was up");
  return 0;
};
