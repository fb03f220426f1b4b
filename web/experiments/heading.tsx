/** Page heading: the experiment's name, the difference between text and stored version, and the actions. */

import { useQueryClient } from "@tanstack/react-query";
import { spellCount } from "../../experiments/model/text/words.ts";
import type { FullDocument } from "../../server/contract/index.ts";
import { useWrite } from "../api/queries.ts";
import { go, pageHref } from "../route.ts";
import { useRefusal } from "../session.tsx";
import { Confirm } from "../ui/confirm.tsx";
import { Time } from "../ui/time.tsx";
import { OpenFile } from "./open-file.tsx";
import { keepDraft } from "./text/draft.ts";
import { writtenOf } from "./text/written.ts";
import type { Drafting } from "./use-draft.ts";

interface HeadingProps {
  readonly stored: FullDocument | null;
  readonly draft: Drafting;
  /** True if the text equals the stored version except for YAML comments and spacing. */
  readonly isSame: boolean;
  readonly isStartable: boolean;
  readonly notice: string | null;
  readonly onSave: () => void;
  readonly onStart: () => void;
  /** Another text, to be gone on with. */
  readonly onReplace: (text: string) => void;
  /** Called with the text of the stored version. */
  readonly onTake: (text: string, base: string | null) => void;
}
type Take = Pick<HeadingProps, "onTake"> & { readonly stored: FullDocument };
const take = ({ stored, onTake }: Take) => onTake(writtenOf(stored.content), stored.digest);

const Delete = ({ stored }: { readonly stored: FullDocument }) => {
  const remove = useWrite("DELETE /api/v1/documents/:kind/:name");
  const queries = useQueryClient();
  const refusal = useRefusal("operator");
  const { name, digest, version } = stored;
  return (
    <Confirm
      label={`Delete ${name}`}
      short="Delete"
      look="plain"
      meaning={`It is no longer started or scheduled. Its runs stay, and so do its ${spellCount(version, "version")}: applying it again goes on from there.`}
      refusal={refusal}
      reason={null}
      leave="Keep it"
      onConfirm={async () => {
        const params = { kind: "Experiment", name } as const;
        await remove.mutateAsync({ params, headers: { "if-match": `"${digest}"` } });
        keepDraft(name, null);
        go(pageHref("experiments"));
        // A user who returns to this name must not see the deleted document.
        queries.removeQueries({ queryKey: ["GET /api/v1/documents/:kind/:name"] });
      }}
    />
  );
};
/** Notice that another user saved a version after this text was begun. */
const Overtaken = ({ stored, draft, onTake }: Take & Pick<HeadingProps, "draft">) => (
  <section className="banner warn" aria-label="Saved by somebody else">
    <p role="status">
      {stored.appliedBy} saved version {stored.version} at <Time iso={stored.appliedAt} />, after this text was begun.{" "}
      {draft.isChanged ? "Yours is not overwritten; compare the two under Versions." : ""}
    </p>
    <button type="button" onClick={() => take({ stored, onTake })}>
      Take version {stored.version}
    </button>
  </section>
);
const stateOf = ({ stored, draft: { isChanged, isKept }, isSame }: HeadingProps): string | null => {
  if (!isChanged) return stored === null ? "Not saved yet" : null;
  if (isSame && isKept) return "It says what is stored; notes and spacing of your own are kept in this tab";
  return isKept ? "Unsaved changes, kept in this tab" : "Unsaved changes, which this browser cannot keep: do not leave";
};

export const Heading = (props: HeadingProps) => {
  const { stored, draft, isSame, isStartable, notice, onSave, onStart, onReplace, onTake } = props;
  const refusal = useRefusal("operator");
  const state = stateOf(props);
  return (
    <>
      <div className="head">
        <div className="title">
          <h1>{stored?.name ?? "New experiment"}</h1>
          {stored !== null && (
            <p className="small">
              Version {stored.version}, applied by {stored.appliedBy} at <Time iso={stored.appliedAt} />
            </p>
          )}
        </div>
        <div className="actions">
          <OpenFile onOpen={onReplace} />
          {stored !== null && <Delete stored={stored} />}
          {stored !== null && refusal === null && (
            <a className="button" href={pageHref("schedules", { experiment: stored.name })}>
              Schedule…
            </a>
          )}
          <button type="button" disabled={refusal !== null} aria-describedby="experiment-refusal" onClick={onSave}>
            Save…
          </button>
          <button
            type="button"
            className="main"
            disabled={refusal !== null || !isStartable}
            aria-describedby="experiment-refusal"
            onClick={onStart}
          >
            Start…
          </button>
        </div>
      </div>
      <p className="small" id="experiment-refusal">
        {refusal !== null
          ? `You can read, explain and plan it, but not save or start it. ${refusal}`
          : !isStartable && "Fix the problems below the editor to start it."}
      </p>
      <p className="state" role="status">
        {state !== null && (
          <>
            <span className={isSame ? "small" : "unsaved"}>{state}.</span>{" "}
            {draft.isChanged && stored !== null && (
              <button type="button" className="quiet" onClick={() => take({ stored, onTake })}>
                {isSame ? "Drop them" : "Discard changes"}
              </button>
            )}
          </>
        )}
        {notice !== null && <span className="done">{notice}</span>}
      </p>
      {stored !== null && draft.base !== stored.digest && <Overtaken stored={stored} draft={draft} onTake={onTake} />}
    </>
  );
};
