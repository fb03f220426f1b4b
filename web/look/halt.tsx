/** The way out, with the reason that the journal keeps. */
import { type FormEvent, useId, useRef, useState } from "react";

export interface HaltProps {
  /** `Halt this run`. */
  readonly label: string;
  /** What will happen, in a sentence. */
  readonly meaning: string;
  readonly onHalt: (reason: string) => Promise<unknown>;
}
const LONGEST_REASON = 500;

export const Halt = ({ label, meaning, onHalt }: HaltProps) => {
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
      await onHalt(reason.trim());
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
      <button type="button" className="danger" onClick={() => dialog.current?.showModal()}>
        {label}
      </button>
      <dialog ref={dialog} aria-labelledby={`${id}-title`}>
        <form onSubmit={submit}>
          <h2 id={`${id}-title`}>{label}?</h2>
          <p>{meaning}</p>
          <label htmlFor={`${id}-reason`}>Reason, for the journal</label>
          <input
            id={`${id}-reason`}
            required
            maxLength={LONGEST_REASON}
            value={reason}
            onChange={(event) => setReason(event.target.value)}
          />
          <p className="problem" role="alert">
            {problem}
          </p>
          <div className="choices">
            <button type="button" onClick={() => dialog.current?.close()}>
              Go on
            </button>
            <button type="submit" className="danger" disabled={asking || reason.trim() === ""}>
              {label}
            </button>
          </div>
        </form>
      </dialog>
    </>
  );
};
