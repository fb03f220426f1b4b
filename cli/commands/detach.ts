/** `squall run --detach`: starts, and leaves the runs to the server. */

import type { RunId } from "../../experiments/model/names.ts";
import { spellCount } from "../../experiments/model/text/words.ts";
import { json } from "../../experiments/report/escape/json.ts";
import { terminal } from "../../experiments/report/escape/terminal.ts";
import type { Context } from "../context.ts";
import type { Client } from "../session/client.ts";
import { rememberRun } from "../session/recent-runs.ts";
import { startRun } from "../session/run.ts";
import { bodyOf, type Start, type Startable } from "../session/suite.ts";
import type { RunOptions } from "./run-options.ts";

/** Ids are printed on stdout as soon as there are any: a start that fails must not hide the runs before. */
export const detach = async (
  context: Context,
  { json: asJson = false, repeat = 1 }: Pick<RunOptions, "json" | "repeat">,
  client: Client,
  loaded: readonly Startable[],
  start: Start,
): Promise<number> => {
  const { output } = context;
  const started: { id: RunId; experiment: string; file: string | null }[] = [];
  const jobs = loaded.flatMap((one) => Array.from({ length: repeat }, () => one));
  try {
    for (const [index, one] of jobs.entries()) {
      const id = await startRun(client, bodyOf(one, start), start.keyOf(index + 1));
      rememberRun(context, id);
      started.push({ id, experiment: one.experiment.name, file: one.file });
      if (!asJson) output.out(terminal(id));
    }
    return 0;
  } finally {
    if (asJson) output.out(json({ schemaVersion: 1, server: client.url, runs: started }, 2));
    if (started.length < jobs.length) output.err(`${started.length} of ${spellCount(jobs.length, "run")} started`);
  }
};
