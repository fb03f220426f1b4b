/** The same experiment with the same seed once more. */
import { useId, useState } from "react";
import type { RunCreated } from "../../experiments/model/journal/journal.ts";
import { spellEdge } from "../../experiments/model/names.ts";
import { struckEdges } from "../../experiments/model/plan/plan.ts";
import { useWrite } from "../api/queries.ts";
import { go, runHref } from "../route.ts";
import { useRefusal } from "../session.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { newKey } from "../ui/key.ts";
import { Unwritten } from "../ui/refused.tsx";
import { againOf } from "./again.ts";

export interface RunAgainProps {
  readonly created: RunCreated;
  /** Version of the stored experiment; null: the experiment came with the request; undefined: unknown yet. */
  readonly version: number | null | undefined;
}
export const RunAgain = ({ created, version }: RunAgainProps) => {
  const id = useId();
  const role = useRefusal("operator");
  const start = useWrite("POST /api/v1/runs");
  // The idempotency key makes a single start of several clicks and lost answers; null: no start requested.
  const [key, setKey] = useState<string | null>(null);
  const again = againOf(created, version ?? null);
  const { plan } = created;
  const refusal =
    role ?? (version === undefined ? "Asking where the experiment came from…" : again.can ? null : again.why);
  // The answer on where the experiment came from takes a moment: a text for so long would only flicker.
  const isTold = refusal !== null && (role !== null || version !== undefined);
  const edges = struckEdges(plan).map(spellEdge);
  const leave = () => setKey(null);
  const submit = async () => {
    if (!again.can || key === null || start.isPending) return;
    try {
      const { id: next } = await start.mutateAsync({ body: again.body, headers: { "idempotency-key": key } });
      leave();
      go(runHref(next));
    } catch {
      // The mutation keeps the error, and the page shows the error.
    }
  };
  return (
    <div className="again">
      <button
        type="button"
        disabled={refusal !== null}
        aria-describedby={isTold ? `${id}-why` : undefined}
        onClick={() => {
          start.reset();
          setKey(newKey());
        }}
      >
        Run again with this seed
      </button>
      {isTold && (
        <p className="small why" id={`${id}-why`}>
          {refusal}
        </p>
      )}
      {key !== null && (
        <Dialog
          title={`Run ${plan.experiment} again?`}
          onLeave={leave}
          onSubmit={() => {
            submit().catch(reportError);
          }}
        >
          <p>
            With seed {plan.seed}
            {version == null ? ", from the file as it was run" : `, from version ${version} of the stored experiment`}.{" "}
            {edges.length === 0 ? "It has no faults." : `Its faults strike ${edges.join(", ")}.`}
          </p>
          <Unwritten error={start.error} />
          <div className="choices">
            <button type="button" onClick={leave}>
              Not now
            </button>
            <button type="submit" className="main" disabled={start.isPending}>
              Start the run
            </button>
          </div>
        </Dialog>
      )}
    </div>
  );
};
