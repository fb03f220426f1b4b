/**
 * Rules for runs on this server: policies with freezes, and webhooks that are asked before a run or notified of
 * events.
 */
import { Suspense, useEffect, useMemo, useState } from "react";
import { parsePolicy } from "../../experiments/model/read/policy.ts";
import { formatLocal, freezesWithin } from "../../experiments/model/schedule/window.ts";
import type { FullDocument } from "../../server/contract/index.ts";
import { useApiQuery } from "../api/queries.ts";
import { useDocuments } from "../api/use-documents.ts";
import { chunk } from "../chunk.ts";
import { useNow } from "../clock.ts";
import { pageHref } from "../route.ts";
import { useRefusal } from "../session.tsx";
import { LastKnown } from "../ui/last-known.tsx";
import { QueryState } from "../ui/query-state.tsx";
import { Time } from "../ui/time.tsx";
import { useTitle } from "../ui/use-title.ts";
import "./policies.css";

const FileText = chunk(async () => (await import("../run/file-text.tsx")).FileText);
const [LOOK_MS, TICK_MS] = [5_000, 30_000];

/** Freeze in the form of the file: days, or times of the policy's zone. */
interface WrittenFreeze {
  readonly from: string;
  readonly to: string;
  readonly reason: string;
}
interface Written {
  readonly spec?: { readonly description?: string; readonly freezes?: readonly WrittenFreeze[] };
}
type Applied = Omit<FullDocument, "content"> & { readonly content?: unknown };
interface FreezeRow extends WrittenFreeze {
  readonly policy: string;
  readonly timeZone: string;
  /** Local end time of the freeze; null: inactive. */
  readonly until: string | null;
}
const freezesOf = ({ name, content }: Applied, wallMs: number): readonly FreezeRow[] => {
  const read = parsePolicy(content);
  const written = (content as Written | null)?.spec?.freezes ?? [];
  if ("problems" in read) return [];
  const { freezes, timeZone } = read.policy;
  return written.map(({ from, to, reason }, i) => {
    const freeze = freezes[i];
    const [on] = freeze === undefined ? [] : freezesWithin([freeze], timeZone, { fromMs: wallMs, toMs: wallMs });
    return { from, to, reason, policy: name, timeZone, until: on ? formatLocal(on.untilMs, timeZone) : null };
  });
};
const Freezes = ({ documents }: { readonly documents: readonly Applied[] }) => {
  const { wallMs } = useNow(TICK_MS);
  const all = useMemo(() => documents.flatMap((document) => freezesOf(document, wallMs)), [documents, wallMs]);
  const on = all.filter(({ until }) => until !== null).length;
  return (
    <section className="card" aria-labelledby="freezes">
      <h2 id="freezes" tabIndex={-1}>
        Freezes
      </h2>
      {all.length === 0 ? (
        <p className="small">
          None. A policy defines <code>freezes</code>: times in which no run may start.
        </p>
      ) : (
        <>
          <p>
            {on === 0 ? "None is in force." : `${on} of ${all.length} in force: no run starts on the edges they cover.`}
          </p>
          <ul className="freezes">
            {all.map(({ from, to, reason, policy, timeZone, until }) => (
              <li key={`${policy} ${from} ${to} ${reason}`}>
                <strong className={until === null ? undefined : "problem"}>
                  {until === null ? "Freeze" : `Freeze, in force until ${until}`}
                </strong>
                , {from} to {to} ({timeZone}): {reason} <span className="small">by the policy {policy}</span>
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
};
const descriptionOf = (content: unknown): string => (content as Written | null)?.spec?.description ?? "";

/** YAML text, produced only when opened. */
const AsYaml = ({ content }: { readonly content: unknown }) => {
  const [open, setOpen] = useState(false);
  return (
    <details onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>Show it as YAML</summary>
      {open && (
        <Suspense fallback={<p className="small">Loading…</p>}>
          <FileText source={content} />
        </Suspense>
      )}
    </details>
  );
};

const Policy = ({ document }: { readonly document: Applied }) => (
  <li className="card">
    <h2>{document.name}</h2>
    {descriptionOf(document.content) !== "" && <p>{descriptionOf(document.content)}</p>}
    <p className="small">
      Version {document.version}, applied by {document.appliedBy} at <Time iso={document.appliedAt} />
    </p>
    <AsYaml content={document.content} />
  </li>
);

const Webhooks = () => {
  const { data } = useApiQuery("GET /api/v1/server", {}, { everyMs: LOOK_MS });
  const webhooks = data?.webhooks ?? [];
  return (
    <section className="card" aria-labelledby="webhooks">
      <h2 id="webhooks" tabIndex={-1}>
        Webhooks
      </h2>
      {webhooks.length === 0 ? (
        <p className="small">
          None. The server configuration defines <code>webhooks</code>.
        </p>
      ) : (
        <table className="stacks">
          <thead>
            <tr>
              {["Name", "Host", "Events", "Without an answer"].map((word) => (
                <th key={word} scope="col">
                  {word}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {webhooks.map(({ name, host, events, unreachable }) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                <td data-word="Host">{host}</td>
                <td data-word="Events">{events.join(", ")}</td>
                <td data-word="No answer">
                  {!events.includes("preflight")
                    ? "the event is sent again later"
                    : unreachable === "refuse"
                      ? "runs are refused"
                      : "runs start all the same"}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
};

const NO_DOCUMENTS: readonly Applied[] = [];
const SECTIONS = ["freezes", "webhooks"] as const;
const WORDS = { freezes: "Freezes", webhooks: "Webhooks" } as const;

/** `at`: the section in the address; scrolled into view once the position is final. */
const useSection = (at: string | null, isThere: boolean): void => {
  useEffect(() => {
    if (!isThere || !SECTIONS.some((section) => section === at)) return;
    const heading = document.getElementById(at!);
    heading?.scrollIntoView();
    heading?.focus({ preventScroll: true });
  }, [at, isThere]);
};

export const PoliciesPage = ({ query }: { readonly query: URLSearchParams }) => {
  useTitle("Policies");
  const mayTokens = useRefusal("admin") === null;
  const policies = useDocuments("Policy", { content: true, everyMs: LOOK_MS });
  useSection(query.get("at"), policies.data !== undefined);
  return (
    <>
      <div className="head">
        <h1>Policies</h1>
        <LastKnown />
      </div>
      <nav className="small sections" aria-label="On this page">
        {SECTIONS.map((section) => (
          <a key={section} href={pageHref("policies", { at: section })}>
            {WORDS[section]}
          </a>
        ))}
        {mayTokens && <a href={pageHref("tokens")}>Tokens</a>}
      </nav>
      <QueryState of={policies}>
        {(documents) => (
          <ul className="policies live-data" aria-label="Policies">
            {documents.length === 0 && (
              <li className="card empty">
                <h2>No policy binds this server</h2>
                <p>
                  A policy limits who may inject which faults, where and when, and freezes edges for a time. An
                  administrator applies one:
                </p>
                <pre>SQUALL_TOKEN=… squall apply -f policy.yaml --server {window.location.origin}</pre>
              </li>
            )}
            {documents.map((document) => (
              <Policy key={document.name} document={document} />
            ))}
          </ul>
        )}
      </QueryState>
      <Freezes documents={policies.data ?? NO_DOCUMENTS} />
      <Webhooks />
    </>
  );
};
