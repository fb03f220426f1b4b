/** Every stored version: to view, to compare with the editor's text, to restore. */
import { useMemo, useState } from "react";
import { diffDocuments } from "../../experiments/model/document/diff.ts";
import { useApiQuery } from "../api/queries.ts";
import type { Content } from "../save/use-saving.ts";
import { Changes } from "../ui/changes.tsx";
import { QueryState } from "../ui/query-state.tsx";
import { Time } from "../ui/time.tsx";
import { writtenOf } from "./text/written.ts";

interface VersionsProps {
  readonly name: string;
  /** Content of the editor; null: no comparable content. */
  readonly content: Content | null;
  readonly onRestore: (text: string) => void;
}
interface OneProps extends VersionsProps {
  readonly version: number;
}
const One = ({ name, version, content, onRestore }: OneProps) => {
  const stored = useApiQuery("GET /api/v1/documents/:kind/:name", {
    params: { kind: "Experiment", name },
    query: { version },
  });
  const data = stored.data?.version === version ? stored.data : undefined;
  const text = useMemo(() => (data === undefined ? null : writtenOf(data.content)), [data]);
  const changes = useMemo(
    () => (data === undefined || content === null ? null : diffDocuments(data.content, content)),
    [data, content],
  );
  return (
    <QueryState of={stored}>
      {() =>
        text === null ? (
          <p className="waiting">Loading…</p>
        ) : (
          <div className="stored-version">
            <h2>From version {version} to what the editor holds</h2>
            {changes === null ? (
              <p className="small">What the editor holds cannot be read: put it right to compare.</p>
            ) : (
              <Changes changes={changes} />
            )}
            <h2>Version {version}</h2>
            <pre>{text}</pre>
            <button type="button" onClick={() => onRestore(text)}>
              Restore version {version} into the editor
            </button>
          </div>
        )
      }
    </QueryState>
  );
};

export const Versions = (props: VersionsProps) => {
  const { name } = props;
  const [open, setOpen] = useState<number | null>(null);
  const versions = useApiQuery("GET /api/v1/documents/:kind/:name/versions", {
    params: { kind: "Experiment", name },
    query: { limit: 100 },
  });
  return (
    <QueryState of={versions}>
      {(data) => (
        <ol className="stored">
          {data.versions.map(({ version, appliedBy, appliedAt, deleted, digest }) => (
            <li key={version}>
              <div className="stored-line">
                <span>
                  <strong>Version {version}</strong>
                  {deleted && " (deleted)"} <span className="small">by {appliedBy}</span>{" "}
                  <span className="small">
                    <Time iso={appliedAt} />
                  </span>{" "}
                  <code className="small">{digest.slice(0, 8)}</code>
                </span>
                {!deleted && (
                  <button
                    type="button"
                    aria-expanded={open === version}
                    aria-label={`${open === version ? "Close" : "Look at"} version ${version}`}
                    onClick={() => setOpen(open === version ? null : version)}
                  >
                    {open === version ? "Close" : "Look"}
                  </button>
                )}
              </div>
              {open === version && <One key={version} {...props} version={version} />}
            </li>
          ))}
        </ol>
      )}
    </QueryState>
  );
};
