/** What is not done by one click: a button, and a dialog that says what will happen and may want a reason. */
import { type FormEvent, type ReactNode, useId, useRef, useState } from "react";

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

export const Confirm = (props: ConfirmProps) => {
  const { label, short, meaning, refusal, title, reason: wanted, leave, look = "danger", className = "" } = props;
  const dialog = useRef<HTMLDialogElement>(null);
  const [reason, setReason] = useState("");
  const [problem, setProblem] = useState<string | null>(null);
  const [asking, setAsking] = useState(false);
  const id = useId();
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setAsking(true);
    setProblem(null);
    try {
      await props.onConfirm(reason.trim());
      dialog.current?.close();
      setReason("");
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
    } finally {
      setAsking(false);
    }
  };
  return (
    <>
      <button
        type="button"
        className={`${look} ${className}`}
        aria-label={short === undefined ? undefined : label}
        aria-haspopup="dialog"
        disabled={refusal !== null}
        title={refusal ?? title}
        onClick={() => dialog.current?.showModal()}
      >
        {short ?? label}
      </button>
      <dialog ref={dialog} aria-labelledby={`${id}-title`} onClose={() => setProblem(null)}>
        <form onSubmit={submit}>
          <h2 id={`${id}-title`}>{label}?</h2>
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
          <p className="problem" role="alert">
            {problem}
          </p>
          <div className="choices">
            <button type="button" onClick={() => dialog.current?.close()}>
              {leave}
            </button>
            <button type="submit" className="danger" disabled={asking || (wanted !== null && reason.trim() === "")}>
              {short?.replace(/…$/, "") ?? label}
            </button>
          </div>
        </form>
      </dialog>
    </>
  );
};
