/** A question that stands before all else until it is answered or left. It is there as long as it is drawn. */
import { type FormEvent, type ReactNode, useEffect, useId, useRef } from "react";

export interface DialogProps {
  readonly title: string;
  readonly className?: string;
  /** Escape, or whatever else closes it. */
  readonly onLeave: () => void;
  readonly onSubmit: () => void;
  readonly children: ReactNode;
}
export const Dialog = ({ title, className, onLeave, onSubmit, children }: DialogProps) => {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const shown = dialog.current;
    shown?.showModal();
    return () => shown?.close();
  }, []);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onSubmit();
  };
  return (
    <dialog ref={dialog} className={className} aria-labelledby={id} onClose={onLeave}>
      <form onSubmit={submit}>
        <h2 id={id}>{title}</h2>
        {children}
      </form>
    </dialog>
  );
};
