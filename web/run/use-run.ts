/** What is known of one run, and how fresh it is. */
import { useEffect, useState } from "react";
import type { Plan } from "../../experiments/model/plan.ts";
import type { RunReport } from "../../experiments/model/report.ts";
import type { Client } from "../api/client.ts";
import { follow, type Link } from "../api/follow.ts";
import { atMostEvery, nowMs } from "../clock.ts";
import { type Folded, foldRecord, reportNow } from "./fold.ts";

export interface RunView {
  readonly link: Link;
  /** When something was last heard, monotonic ms. */
  readonly heardMs: number;
  readonly known: {
    readonly report: RunReport;
    readonly plan: Plan;
    /** Run time of the last record, and when it came. */
    readonly atMs: number;
    readonly cameMs: number;
  } | null;
}
/** Records come in bursts; a backlog of thousands is drawn once. */
const REDRAW_MS = 100;

export const useRun = (client: Client, id: string): RunView => {
  const [view, setView] = useState<RunView>({ link: { is: "connecting" }, heardMs: nowMs(), known: null });
  useEffect(() => {
    const stop = new AbortController();
    let folded: Folded | null = null;
    let link: Link = { is: "connecting" };
    let [heardMs, cameMs] = [nowMs(), nowMs()];
    const redraw = atMostEvery(REDRAW_MS, () => {
      const known =
        folded === null
          ? null
          : { report: reportNow(folded), plan: folded.created.plan, atMs: folded.run.atMs, cameMs };
      setView({ link, heardMs, known });
    });
    const follower = {
      record(record: Parameters<typeof foldRecord>[1]) {
        folded = foldRecord(folded, record);
        cameMs = nowMs();
        redraw.ask();
      },
      link(next: Link) {
        link = next;
        redraw.ask();
      },
      heard() {
        heardMs = nowMs();
      },
    };
    void follow(client, id, follower, stop.signal);
    return () => {
      stop.abort();
      redraw.end();
    };
  }, [client, id]);
  return view;
};
