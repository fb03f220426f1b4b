/** What may be switched off, with why as text beside it: nobody points at what is off, and a title is read by nobody else. */
import { type ReactNode, useId } from "react";

export interface RefusableProps {
  /** null: it is on. */
  readonly refusal: string | null;
  /** `describedBy`: for the button. */
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
