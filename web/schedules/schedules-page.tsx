/** List of schedules, each with the next and last instants; and the form for a schedule. */
import { Suspense } from "react";
import type { Api } from "../../server/contract/index.ts";
import { useWholeList, type WholeList } from "../api/whole-list.ts";
import { chunk } from "../chunk.ts";
import { useNow } from "../clock.ts";
import { pageHref } from "../route.ts";
import { useRefusal } from "../session.tsx";
import { LastKnown } from "../ui/last-known.tsx";
import { QueryState } from "../ui/query-state.tsx";
import { useTitle } from "../ui/use-title.ts";
import { ScheduleCard } from "./schedule-card.tsx";
import { Strip } from "./strip.tsx";
import "./schedules.css";

// The form loads the document reader and the cron code.
const Opened = chunk(async () => (await import("./form/opened.tsx")).Opened);

const LOOK_MS = 5_000;
const TICK_MS = 10_000;
type Schedule = Api["GET /api/v1/schedules"]["reply"]["schedules"][number];
const LIST: WholeList<"GET /api/v1/schedules", Schedule> = {
  route: "GET /api/v1/schedules",
  query: {},
  pageOf: ({ schedules, next }) => ({ items: schedules, next }),
};
const Empty = () => (
  <div className="card empty">
    <h2>No schedules yet</h2>
    <p>A schedule starts a stored experiment again and again, and can pause itself when a run does not hold.</p>
    <p>
      Write <a href={pageHref("schedules", { new: "1" })}>a new one</a>, or apply a file that you have:
    </p>
    <pre>SQUALL_TOKEN=… squall apply -f your-schedule.yaml --server {window.location.origin}</pre>
  </div>
);

/**
 * Form request in the address. `experiment`: a new schedule of this experiment; `new`: a new schedule; `edit`: an
 * existing schedule.
 */
const openedIn = (query: URLSearchParams) => {
  const [edit, experiment] = [query.get("edit"), query.get("experiment")];
  return edit !== null || experiment !== null || query.has("new") ? { edit, experiment: experiment ?? "" } : null;
};
export const SchedulesPage = ({ query }: { readonly query: URLSearchParams }) => {
  useTitle("Schedules");
  const opened = openedIn(query);
  const refusal = useRefusal("operator");
  const { wallMs } = useNow(TICK_MS);
  const listed = useWholeList(LIST, LOOK_MS);
  return (
    <>
      <div className="head">
        <h1>Schedules</h1>
        <LastKnown />
        {opened === null && refusal === null && (
          <a className="button main" href={pageHref("schedules", { new: "1" })}>
            New schedule
          </a>
        )}
      </div>
      {refusal !== null && <p className="small">You can look at schedules, but not write or steer them. {refusal}</p>}
      {opened !== null && (
        <Suspense fallback={<p className="waiting">Loading…</p>}>
          <Opened {...opened} />
        </Suspense>
      )}
      <QueryState of={listed}>
        {(schedules) =>
          schedules.length === 0 ? (
            opened === null && <Empty />
          ) : (
            <div className="schedules">
              {opened === null && <Strip schedules={schedules} wallMs={wallMs} />}
              {schedules.map((schedule) => (
                <ScheduleCard key={schedule.name} schedule={schedule} wallMs={wallMs} />
              ))}
            </div>
          )
        }
      </QueryState>
    </>
  );
};
