/**
 * Control that may be disabled, with the reason as text beside: disabled controls get no hover, and a title is shown
 * only on hover.
 */
import { type ReactNode, useId } from "react";

export interface RefusableProps {
  /** Reason for disabling; null: enabled. */
  readonly refusal: string | null;
  /** `describedBy`: id of the reason, for the button's `aria-describedby`. */
  readonly children: (describedBy: string | undefined) => ReactNode;
}
export const Refusable = ({ refusal, children }: RefusableProps) => {
  const id = useId();
  if (refusal === null) return children(undefined);
  return (
    <span className="refusable">
      {children(id)}
      <span id={id} className="refusal">
        {refusal}
      </span>
    </span>
  );
};
