/** Action with confirmation: a button, and a dialog that states the consequence and may ask for a reason. */
import { type ReactNode, useId, useState } from "react";
import { Dialog } from "./dialog.tsx";
import { Refusable } from "./refusable.tsx";
import { Unwritten } from "./refused.tsx";

export interface ConfirmProps {
  /** Action: `Halt this run`. */
  readonly label: string;
  /** Short label of the buttons, if different: `Revoke…`, in the row of a token. */
  readonly short?: string;
  /** Consequence of the action. */
  readonly meaning: ReactNode;
  /** Reason why the user may not act; null: allowed. */
  readonly refusal: string | null;
  readonly title?: string;
  /** Label of the reason field: `Reason, for the journal`; null: no reason field. */
  readonly reason: string | null;
  /** Label of the cancel button. */
  readonly leave: string;
  /** Style of the button before the dialog opens. */
  readonly look?: "danger" | "plain";
  readonly className?: string;
  /** `reason` is empty where none is asked for. */
  readonly onConfirm: (reason: string) => Promise<unknown>;
}
const LONGEST_REASON = 500;

type QuestionProps = Omit<ConfirmProps, "refusal" | "title" | "look" | "className"> & { readonly onLeave: () => void };
const Question = ({ label, short, meaning, reason: wanted, leave, onConfirm, onLeave }: QuestionProps) => {
  const [reason, setReason] = useState("");
  const [problem, setProblem] = useState<Error | null>(null);
  const [asking, setAsking] = useState(false);
  const id = useId();
  const submit = async () => {
    if (asking) return;
    setAsking(true);
    setProblem(null);
    try {
      await onConfirm(reason.trim());
      onLeave();
    } catch (error) {
      setProblem(error instanceof Error ? error : new Error(String(error)));
      setAsking(false);
    }
  };
  return (
    <Dialog
      title={`${label}?`}
      onLeave={onLeave}
      onSubmit={() => {
        submit().catch(reportError);
      }}
    >
      <p>{meaning}</p>
      {wanted !== null && (
        <>
          <label htmlFor={`${id}-reason`}>{wanted}</label>
          <input
            id={`${id}-reason`}
            required
            maxLength={LONGEST_REASON}
            value={reason}
            onChange={(event) => setReason(event.target.value)}
          />
        </>
      )}
      <Unwritten error={problem} />
      <div className="choices">
        <button type="button" onClick={onLeave}>
          {leave}
        </button>
        <button type="submit" className="danger" disabled={asking || (wanted !== null && reason.trim() === "")}>
          {short?.replace(/…$/, "") ?? label}
        </button>
      </div>
    </Dialog>
  );
};

/**
 * The dialog opens with the focus on the reason, or else on the cancel button: pressing Enter twice changes no state.
 */
export const Confirm = ({ refusal, title, look = "danger", className = "", ...question }: ConfirmProps) => {
  const [isOpen, setOpen] = useState(false);
  const { label, short } = question;
  return (
    <>
      <Refusable refusal={refusal}>
        {(describedBy) => (
          <button
            type="button"
            className={`${look} ${className}`}
            aria-describedby={describedBy}
            aria-label={short === undefined ? undefined : label}
            aria-haspopup="dialog"
            disabled={refusal !== null}
            title={title}
            onClick={() => setOpen(true)}
          >
            {short ?? label}
          </button>
        )}
      </Refusable>
      {isOpen && <Question {...question} onLeave={() => setOpen(false)} />}
    </>
  );
};
