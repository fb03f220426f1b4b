/** Opens the halt dialog: by a click, by Enter, or by a key combination anywhere on the page. */

import { useEffect, useState } from "react";
import { Refusable } from "../ui/refusable.tsx";
import { HaltDialog, type HaltDialogProps } from "./halt-dialog.tsx";

/** Key combination by the key's position: with Alt the key writes another letter on some keyboards. */
const KEYS = "Alt+Shift+H";
const isBrake = ({ code, altKey, shiftKey, ctrlKey, metaKey }: KeyboardEvent): boolean =>
  code === "KeyH" && altKey && shiftKey && !ctrlKey && !metaKey;
const useBrakeKeys = (isMeant: boolean, open: () => void): void => {
  useEffect(() => {
    if (!isMeant) return;
    const press = (event: KeyboardEvent) => {
      if (!isBrake(event)) return;
      event.preventDefault();
      open();
    };
    window.addEventListener("keydown", press);
    return () => window.removeEventListener("keydown", press);
  }, [isMeant, open]);
};

interface HaltButtonProps extends Pick<HaltDialogProps, "label" | "meaning" | "onHalt"> {
  /** Text of the button, if not all of the label. */
  readonly short?: string;
  /** Reason why the user may not halt; null: allowed. */
  readonly refusal: string | null;
  readonly title?: string;
  /** True for the button that halts everything: Alt+Shift+H opens the dialog. */
  readonly hasKeys?: boolean;
}
export const HaltButton = ({ short, refusal, title, hasKeys = false, ...dialog }: HaltButtonProps) => {
  const [isOpen, setOpen] = useState(false);
  const [open, leave] = [() => setOpen(true), () => setOpen(false)];
  useBrakeKeys(hasKeys && refusal === null, open);
  return (
    <>
      <Refusable refusal={refusal}>
        {(describedBy) => (
          <button
            type="button"
            className="danger halt"
            aria-describedby={describedBy}
            aria-label={short === undefined ? undefined : dialog.label}
            aria-haspopup="dialog"
            aria-keyshortcuts={hasKeys ? KEYS : undefined}
            disabled={refusal !== null}
            title={hasKeys ? `${title} (${KEYS})` : title}
            onClick={open}
          >
            {short ?? dialog.label}
          </button>
        )}
      </Refusable>
      {isOpen && <HaltDialog {...dialog} onLeave={leave} />}
    </>
  );
};
