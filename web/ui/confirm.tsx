/** What is not done by one click: a button, and a dialog that says what will happen and may want a reason. */
import { type ReactNode, useId, useState } from "react";
import { Dialog } from "./dialog.tsx";
import { Refusable } from "./refusable.tsx";
import { Unwritten } from "./refused.tsx";

export interface ConfirmProps {
  /** What is done: `Halt this run`. */
  readonly label: string;
  /** What the buttons say, if not all of it: `Revoke…`, in the row of a token. */
  readonly short?: string;
  /** What will happen. */
  readonly meaning: ReactNode;
  /** Why who looks may not; null: they may. */
  readonly refusal: string | null;
  readonly title?: string;
  /** What the reason is asked for as: `Reason, for the journal`; null: none is asked for. */
  readonly reason: string | null;
  /** The word for leaving things as they are. */
  readonly leave: string;
  /** How the button looks before it is pressed. */
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

/** The dialog opens with the focus on the reason, or else on the button that changes nothing: Enter twice does nothing. */
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
