/** Known state of a run, and the age of this state. */
import { useEffect, useState } from "react";
import type { JournalRecord } from "../../experiments/model/journal/journal.ts";
import type { RunId } from "../../experiments/model/names.ts";
import { pathOf } from "../../server/client/path.ts";
import { follow, type Link } from "../api/follow.ts";
import { useClient } from "../api/use-client.ts";
import { atMostEvery, type ClockReading, moment, nowMs } from "../clock.ts";
import { type History, openHistory } from "./history.ts";

export interface RunView {
  readonly link: Link;
  /** Time of the last data on the stream. */
  readonly heard: ClockReading;
  /** Known part of the journal. The history grows in place: `count` is the length of this view. */
  readonly history: History;
  readonly count: number;
  /** Arrival of the last record, monotonic ms. */
  readonly cameMs: number;
}
/** Records come in bursts; a backlog of thousands is drawn once. */
const REDRAW_MS = 150;

export const useRun = (id: RunId): RunView => {
  const client = useClient();
  const [view, setView] = useState<RunView>(() => ({
    ...{ link: { is: "connecting" }, heard: moment(), history: openHistory(), count: 0, cameMs: nowMs() },
  }));
  useEffect(() => {
    const stop = new AbortController();
    const history = openHistory();
    let link: Link = { is: "connecting" };
    let heard = moment();
    let cameMs = nowMs();
    const redraw = atMostEvery(REDRAW_MS, () =>
      setView({ link, heard, history, count: history.records.length, cameMs }),
    );
    const [, path] = pathOf("GET /api/v1/runs/:id/events", { id });
    const last = () => history.records.at(-1)?.sequence ?? 0;
    const follower = {
      ...{ path, event: "record", last },
      take(data: unknown) {
        const record = data as JournalRecord;
        // A resumed stream may begin with known records.
        if (record.sequence > last()) {
          history.add(record);
          cameMs = nowMs();
          redraw.ask();
        }
        return record.entry.kind === "closed";
      },
      link(next: Link) {
        link = next;
        redraw.ask();
      },
      heard() {
        heard = moment();
      },
    };
    follow(client, follower, stop.signal).catch((error: unknown) =>
      follower.link({ is: "refused", why: String(error) }),
    );
    return () => {
      stop.abort();
      redraw.end();
    };
  }, [client, id]);
  return view;
};
