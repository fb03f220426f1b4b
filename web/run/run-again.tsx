/** The same experiment with the same seed once more. */
import { type FormEvent, useId, useRef, useState } from "react";
import type { Created } from "../../experiments/model/journal.ts";
import { struckEdges } from "../../experiments/model/plan.ts";
import { useWrite } from "../api/queries.ts";
import { go, runHref } from "../route.ts";
import { useRefusal } from "../session.tsx";
import { againOf } from "./again.ts";

export interface RunAgainProps {
  readonly created: Created;
  /** Of the stored experiment; null: it came with the request; undefined: not known yet. */
  readonly version: number | null | undefined;
}
export const RunAgain = ({ created, version }: RunAgainProps) => {
  const id = useId();
  const dialog = useRef<HTMLDialogElement>(null);
  const role = useRefusal("operator");
  const start = useWrite("POST /api/v1/runs");
  const [problem, setProblem] = useState<string | null>(null);
  const again = againOf(created, version ?? null);
  const { plan } = created;
  const refusal =
    role ?? (version === undefined ? "Asking where the experiment came from…" : again.can ? null : again.why);
  const edges = struckEdges(plan).map((edge) => edge.replace("->", " → "));
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!again.can) return;
    setProblem(null);
    try {
      const { id: next } = await start.mutateAsync({ body: again.body });
      dialog.current?.close();
      go(runHref(next));
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
    }
  };
  return (
    <div className="again">
      <button
        type="button"
        disabled={refusal !== null}
        title={refusal ?? undefined}
        aria-describedby={refusal === null ? undefined : `${id}-why`}
        onClick={() => dialog.current?.showModal()}
      >
        Run again with this seed
      </button>
      {refusal !== null && version !== undefined && (
        <p className="small why" id={`${id}-why`}>
          {refusal}
        </p>
      )}
      <dialog ref={dialog} aria-labelledby={`${id}-title`}>
        <form onSubmit={submit}>
          <h2 id={`${id}-title`}>Run {plan.experiment} again?</h2>
          <p>
            With seed {plan.seed}
            {version == null ? ", from the file as it was run" : `, from version ${version} of the stored experiment`}.{" "}
            {edges.length === 0 ? "It has no faults." : `Its faults strike ${edges.join(", ")}.`}
          </p>
          <p className="problem" role="alert">
            {problem}
          </p>
          <div className="choices">
            <button type="button" onClick={() => dialog.current?.close()}>
              Not now
            </button>
            <button type="submit" className="main" disabled={start.isPending}>
              Start the run
            </button>
          </div>
        </form>
      </dialog>
    </div>
  );
};
