/** Shows an active run: a redrawn block on a terminal, lines in a log, no output when quiet. */
import type { JournalRecord } from "../../experiments/model/journal/journal.ts";
import type { Mesh } from "../../experiments/model/mesh/mesh.ts";
import type { RunReport } from "../../experiments/model/report/report.ts";
import type { Clock } from "../clock.ts";
import type { Output, Screen } from "../output.ts";
import { openBlock } from "./block.ts";
import { type Folded, foldRecord, reportNow } from "./fold.ts";
import { frame } from "./frame.ts";
import { beatLine, changeLine, impactLine, instanceLines, strikeLine, warningLines } from "./lines.ts";

export interface Progress {
  record(record: JournalRecord): void;
  /** Prints a note beside the run's progress. */
  note(line: string): void;
  /** The run is over: the drawn block is cleared, and the report takes the block's place. */
  end(): void;
}
interface Shown {
  /** `2 of 5`; null: the only run. */
  readonly which: string | null;
  /** Mesh of the run's file; null: the mesh was not read here. */
  readonly mesh: Mesh | null;
}
const REDRAW_MS = 250;
const BEAT_MS = 5_000;

const drawn = (output: Output, clock: Clock, { which, mesh }: Shown, first: Screen): Progress => {
  const screen = () => output.screen() ?? first;
  const block = openBlock((text) => output.raw(text), screen);
  let folded: Folded | null = null;
  let report: RunReport | null = null;
  let heardMs = 0;
  const draw = () => {
    if (folded === null) return;
    // Tallies and receipts come once a second; in between only the time advances.
    report ??= reportNow(folded);
    const atMs = folded.atMs + clock.nowMs() - heardMs;
    block.draw(
      frame({ plan: folded.created.plan, report, atMs, which }, { width: screen().columns, paint: output.paint }),
    );
  };
  const ticker = clock.every(REDRAW_MS, draw);
  return {
    record(record) {
      folded = foldRecord(folded, record);
      report = null;
      heardMs = clock.nowMs();
      const name = folded?.created.plan.experiment ?? "";
      for (const line of [...warningLines(record, name, mesh), ...instanceLines(record, name)]) block.print(line);
    },
    note: (line) => block.print(line),
    end() {
      ticker.stop();
      block.clear();
    },
  };
};

const logged = (output: Output, { mesh }: Shown): Progress => {
  let folded: Folded | null = null;
  let state: string | null = null;
  let beatMs = 0;
  const say = (line: string | null) => {
    if (line !== null) output.err(line);
  };
  return {
    record(record) {
      folded = foldRecord(folded, record);
      if (folded === null) return;
      say(impactLine(record));
      const name = folded.created.plan.experiment;
      for (const line of [...warningLines(record, name, mesh), ...instanceLines(record, name)]) say(line);
      say(strikeLine(record, folded.run));
      const changed = folded.run.at !== state;
      if (!changed && folded.atMs - beatMs < BEAT_MS) return;
      const report = reportNow(folded);
      say(
        changed ? changeLine(state, report, folded.wallMs, folded.atMs) : beatLine(report, folded.wallMs, folded.atMs),
      );
      state = folded.run.at;
      beatMs = folded.atMs;
    },
    note: (line) => output.err(line),
    end() {},
  };
};

const QUIET: Progress = { record() {}, note() {}, end() {} };

export const openProgress = (output: Output, clock: Clock, shown: Shown & { readonly quiet: boolean }): Progress => {
  if (shown.quiet) return QUIET;
  const screen = output.live ? output.screen() : null;
  return screen === null ? logged(output, shown) : drawn(output, clock, shown, screen);
};
