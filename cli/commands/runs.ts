/** `squall runs`: what was run here, newest first. */
import type { RunSummary } from "../../server/api/contract/index.ts";
import type { Command } from "../context.ts";
import { json } from "../escape/json.ts";
import { terminal } from "../escape/terminal.ts";
import { plainMessage } from "../output.ts";
import { paintOf } from "../report/text.ts";
import { seconds } from "../report/words.ts";
import { newestRuns } from "../session/archive.ts";
import { type Cell, table } from "../terminal/table.ts";

export interface RunsOptions {
  readonly limit: number;
  readonly json?: boolean;
}
const shown = ({ state, verdict }: RunSummary): string =>
  state !== "finished" ? "running" : (verdict ?? "no verdict");

export const runs: Command<RunsOptions, []> = async ({ home, output }, options) => {
  const found = await newestRuns(home, options.limit, (line) => output.err(plainMessage(line)));
  if (options.json === true) {
    const list = found.map(({ place, summary }) => ({
      ...summary,
      running: summary.state !== "finished",
      folder: place.folder,
    }));
    output.out(json({ schemaVersion: 1, runs: list }, 2));
    return 0;
  }
  if (found.length === 0) {
    output.err(`no run yet below ${home}`);
    return 0;
  }
  const rows = found.map(({ summary }): Cell[] => [
    { text: shown(summary), paint: paintOf(shown(summary), output.outPaint) },
    { text: terminal(summary.id) },
    { text: summary.startedAt.replace("T", " ").slice(0, 19) },
    { text: seconds(summary.durationMs) },
    { text: terminal(summary.state === "finished" ? summary.reason : summary.state) },
  ]);
  const columns = [
    { title: "VERDICT" },
    { title: "RUN", elastic: 3 },
    { title: "STARTED (UTC)" },
    { title: "TOOK", side: "right" as const },
    { title: "REASON", elastic: 1 },
  ];
  for (const line of table(columns, rows, { width: output.width(), indent: "", paint: output.outPaint }))
    output.out(line);
  return 0;
};
