/** What binds runs on this server: policies with their freezes, and the webhooks that are asked or told. */
import { Suspense, useMemo, useState } from "react";
import { parsePolicy } from "../../experiments/model/policy.ts";
import { formatLocal, freezesWithin } from "../../experiments/model/window.ts";
import type { FullDocument } from "../../server/api/contract/index.ts";
import { useAsked } from "../api/queries.ts";
import { chunk } from "../chunk.ts";
import { useNow } from "../clock.ts";
import { Asked } from "../look/asked.tsx";
import { LastKnown } from "../look/last-known.tsx";
import { Time } from "../look/time.tsx";
import { useTitle } from "../look/use-title.ts";
import { pageHref } from "../route.ts";
import "./policies.css";

const FileText = chunk(async () => (await import("../run/file-text.tsx")).FileText);
const [LOOK_MS, TICK_MS, MOST] = [5_000, 30_000, 200];

/** As the file has it: days, or times of the policy's zone. */
interface WrittenFreeze {
  readonly from: string;
  readonly to: string;
  readonly reason: string;
}
interface Written {
  readonly spec?: { readonly description?: string; readonly freezes?: readonly WrittenFreeze[] };
}
const Freezes = ({ content, wallMs }: { readonly content: unknown; readonly wallMs: number }) => {
  const read = useMemo(() => parsePolicy(content), [content]);
  const written = (content as Written | null)?.spec?.freezes ?? [];
  if ("problems" in read || written.length === 0) return null;
  const { freezes, timeZone } = read.policy;
  return (
    <ul className="freezes">
      {written.map(({ from, to, reason }, i) => {
        const freeze = freezes[i];
        const [on] = freeze === undefined ? [] : freezesWithin([freeze], timeZone, { fromMs: wallMs, toMs: wallMs });
        return (
          <li key={`${from} ${to} ${reason}`}>
            <strong className={on === undefined ? undefined : "problem"}>
              {on === undefined ? "Freeze" : `Freeze, on until ${formatLocal(on.untilMs, timeZone)}`}
            </strong>
            , {from} to {to} ({timeZone}): {reason}
          </li>
        );
      })}
    </ul>
  );
};
const descriptionOf = (content: unknown): string => (content as Written | null)?.spec?.description ?? "";

/** Written only for who looks. */
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

type Applied = Omit<FullDocument, "content"> & { readonly content?: unknown };
const Policy = ({ document, wallMs }: { readonly document: Applied; readonly wallMs: number }) => (
  <li className="card">
    <h3>{document.name}</h3>
    {descriptionOf(document.content) !== "" && <p>{descriptionOf(document.content)}</p>}
    <Freezes content={document.content} wallMs={wallMs} />
    <p className="small">
      Version {document.version}, applied by {document.appliedBy} at <Time iso={document.appliedAt} />
    </p>
    <AsYaml content={document.content} />
  </li>
);

const Webhooks = () => {
  const { data } = useAsked("GET /api/v1/server", {}, { everyMs: LOOK_MS });
  const webhooks = data?.webhooks ?? [];
  return (
    <section className="card" aria-labelledby="webhooks">
      <h2 id="webhooks">Webhooks</h2>
      {webhooks.length === 0 ? (
        <p className="small">
          None. They stand in the server's configuration, under <code>webhooks</code>.
        </p>
      ) : (
        <table className="stacks">
          <thead>
            <tr>
              {["Name", "Host", "Events", "If it does not answer"].map((word) => (
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
                <td data-word="Silent">
                  {!events.includes("preflight")
                    ? "it is told again later"
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

export const PoliciesPage = () => {
  useTitle("Policies");
  const { wallMs } = useNow(TICK_MS);
  const policies = useAsked(
    "GET /api/v1/documents",
    { query: { kind: "Policy", limit: MOST, content: true } },
    { everyMs: LOOK_MS },
  );
  return (
    <>
      <div className="head">
        <h1>Policies</h1>
        <LastKnown />
      </div>
      <Asked of={policies}>
        {({ documents }) => (
          <ul className="policies live-data" aria-label="Policies">
            {documents.length === 0 && (
              <li className="card empty">
                <h2>No policy binds this server</h2>
                <p>
                  A policy says who may inject what, where and when, and freezes edges for a time. An administrator
                  applies one:
                </p>
                <pre>SQUALL_TOKEN=… squall apply -f policy.yaml --server {window.location.origin}</pre>
              </li>
            )}
            {documents.map((document) => (
              <Policy key={document.name} {...{ document, wallMs }} />
            ))}
          </ul>
        )}
      </Asked>
      <Webhooks />
      <p className="small">
        Tokens, which say who may what, are in the <a href={pageHref("settings")}>settings</a>.
      </p>
    </>
  );
};
