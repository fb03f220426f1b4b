/** Halt of a single run, from any place that shows the run. */
import type { RunId } from "../../experiments/model/names.ts";
import { useWrite } from "../api/queries.ts";
import { useRefusal } from "../session.tsx";
import { ANSWER_MS } from "./answer.ts";
import { HaltButton } from "./halt-button.tsx";

interface HaltRunProps {
  readonly run: RunId;
  /** `Halt this run`. */
  readonly label: string;
  /** Text of the button, if not all of the label. */
  readonly short?: string;
}
export const HaltRun = ({ run, ...said }: HaltRunProps) => {
  const { mutateAsync } = useWrite("POST /api/v1/runs/:id/halt");
  return (
    <HaltButton
      {...said}
      meaning="Its faults are taken away at once, every agent has to prove it, and the run ends HALTED."
      refusal={useRefusal("operator")}
      onHalt={(reason) => mutateAsync({ params: { id: run }, body: { reason }, withinMs: ANSWER_MS, urgent: true })}
    />
  );
};
