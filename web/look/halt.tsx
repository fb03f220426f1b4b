/** The way out, with the reason that the journal keeps. */
import { Confirm } from "./confirm.tsx";

export interface HaltProps {
  /** `Halt this run`. */
  readonly label: string;
  /** What will happen, in a sentence. */
  readonly meaning: string;
  /** Why who looks may not; null: they may. */
  readonly refusal: string | null;
  readonly title?: string;
  readonly onHalt: (reason: string) => Promise<unknown>;
}
export const Halt = ({ onHalt, ...said }: HaltProps) => (
  <Confirm {...said} className="halt" reason="Reason, for the journal" leave="Go on" onConfirm={onHalt} />
);
