/**
 * Modal dialog, on top of the page until answered or closed. The dialog is open as long as this component is
 * rendered.
 */
import { type FormEvent, type ReactNode, useEffect, useId, useRef } from "react";

export interface DialogProps {
  readonly title: string;
  readonly className?: string;
  /** Called on Escape or any other way of closing. */
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
