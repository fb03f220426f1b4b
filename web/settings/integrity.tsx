/** Check for changed journals. */
import { runHref } from "../route.ts";
import { useRefusal } from "../session.tsx";
import { useVerification, type VerificationRun } from "./use-verification.ts";
import type { VerificationProgress } from "./verification.ts";

const counted = ({ runs, records, open }: VerificationProgress): string =>
  `${runs} ${runs === 1 ? "journal" : "journals"} with ${records} records${open === 0 ? "" : `, ${open} of them not closed yet`}`;

const Result = ({ walking }: { readonly walking: VerificationRun }) => {
  if (walking.is === "idle") return null;
  const { walk } = walking;
  if (walking.is === "walking") return <>Walking: {counted(walk)} so far…</>;
  if (walking.is === "failed")
    return (
      <span className="problem">
        ✕ It broke off after {counted(walk)}: {walking.why}. Try again; what was not walked is not shown to be whole.
      </span>
    );
  if (walk.broken.length === 0) return <span className="met good">✓ All whole: {counted(walk)}.</span>;
  return (
    <span className="problem">
      ✕ {walk.broken.length} of {walk.runs} journals {walk.broken.length === 1 ? "is" : "are"} not whole. Trust no
      verdict of theirs, and compare with a backup: <code>squall verify squall.ndjson</code>.
    </span>
  );
};

/** More are a matter for the command line. */
const MOST = 20;
export const Integrity = () => {
  const refusal = useRefusal("operator");
  const { walking, begin } = useVerification();
  const broken = walking.is === "idle" ? [] : walking.walk.broken;
  return (
    <section className="card settings" aria-labelledby="integrity">
      <h2 id="integrity">Integrity</h2>
      <p>
        Every journal is a chain of hashes: a record that was changed, left out or added afterwards breaks it. This
        walks all of them.
      </p>
      <p>
        <button
          type="button"
          disabled={refusal !== null || walking.is === "walking"}
          aria-describedby="integrity-refusal"
          onClick={begin}
        >
          Check all journals
        </button>
      </p>
      <p className="small" id="integrity-refusal">
        {refusal}
      </p>
      <p role="status" className="found">
        <Result walking={walking} />
      </p>
      {broken.length > 0 && (
        <ul className="broken">
          {broken.slice(0, MOST).map(({ run, problem }) => (
            <li key={run}>
              <a href={runHref(run)}>{run}</a>: {problem}
            </li>
          ))}
          {broken.length > MOST && (
            <li>
              and {broken.length - MOST} more: <code>squall verify --server {window.location.origin}</code> lists all of
              them
            </li>
          )}
        </ul>
      )}
    </section>
  );
};
