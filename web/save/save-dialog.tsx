/** Preview of a save: the changes, before the save. */

import { nameInMetadata } from "../../experiments/model/notation/document-name.ts";
import { Changes } from "../ui/changes.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { Refused, Unwritten } from "../ui/refused.tsx";
import { Time } from "../ui/time.tsx";
import type { Saving, useSaving } from "./use-saving.ts";
import "./save.css";

interface SaveDialogProps {
  readonly of: ReturnType<typeof useSaving>;
  /** Qualified name of the opened document; null: a new document. */
  readonly name: string | null;
  /** The text has notes, which are not stored. */
  readonly notes?: boolean;
}
type Shown = Extract<Saving, { readonly is: "shown" }>;

const Meaning = ({
  saving: { content, rehearsal },
  name,
}: {
  readonly saving: Shown;
  readonly name: string | null;
}) => {
  const { outcome, document } = rehearsal;
  const own = nameInMetadata(content.metadata);
  const elsewhere = name !== null && own !== name && (
    <p>
      It is named <code>{own}</code> now: it is saved under that name, and <code>{name}</code> stays as it is.
    </p>
  );
  if (outcome === "unchanged")
    return (
      <>
        {elsewhere}
        <p>It says the same as the stored version {document?.version}: there is nothing to save.</p>
      </>
    );
  if (document === null)
    return (
      <>
        {elsewhere}
        <p>
          <code>{own}</code> is new to this server.
        </p>
      </>
    );
  return (
    <>
      {elsewhere}
      <p>
        {name === null && "There is one of this name already. "}
        Version {document.version} was applied by {document.appliedBy} at <Time iso={document.appliedAt} />; saving
        makes version {document.version + 1}:
      </p>
      <Changes changes={rehearsal.changes} />
    </>
  );
};

export const SaveDialog = ({ of: { saving, leave, rehearse, confirm }, name, notes = false }: SaveDialogProps) => {
  if (saving.is === "idle") return null;
  const { content } = saving;
  const again = () => {
    rehearse(content, null).catch(reportError);
  };
  const submit = () => {
    if (saving.is === "shown") confirm(content, saving.rehearsal).catch(reportError);
    else if (saving.is === "overtaken") again();
  };
  const isSame = saving.is === "shown" && saving.rehearsal.outcome === "unchanged";
  return (
    <Dialog title={`Save ${nameInMetadata(content.metadata)}?`} className="wide" onLeave={leave} onSubmit={submit}>
      {saving.is === "asking" && <p role="status">Asking the server…</p>}
      {saving.is === "shown" && <Meaning saving={saving} name={name} />}
      {saving.is === "shown" && !isSame && notes && (
        <p className="small">
          The server keeps what the file says, not its notes (<code># …</code>): keep the file itself where your code
          is.
        </p>
      )}
      {saving.is === "overtaken" && <Refused error={saving.error} />}
      {saving.is === "refused" &&
        (saving.isTried ? <Unwritten error={saving.error} /> : <Refused error={saving.error} />)}
      {saving.is === "overtaken" && (
        <p>
          Somebody saved it after you began, and nothing was overwritten. Your text stays in the editor. Look at what
          saving would change in what is there now, or leave and compare under Versions.
        </p>
      )}
      <div className="choices">
        <button type="button" onClick={leave}>
          {isSame ? "Close" : "Go on editing"}
        </button>
        {saving.is === "shown" && !isSame && (
          <button type="submit" className="main">
            Save
          </button>
        )}
        {saving.is === "overtaken" && <button type="submit">Show the differences</button>}
      </div>
    </Dialog>
  );
};
