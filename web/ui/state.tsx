/** States of services and edges as sign, word and colour: the same on every page. */

import type { ReactNode } from "react";
import {
  type DamagePart,
  partWord,
  type ServiceState,
  STATE_WORDS,
} from "../../experiments/model/blast-radius/service-state.ts";
import { Sign, type SignName } from "./signs.tsx";
import "./state.css";

/** `of`: selects sign and colour; the children give the word. */
export const Mark = ({ of, children }: { readonly of: SignName; readonly children: ReactNode }) => (
  <span className={`health ${of}`}>
    <Sign of={of} />
    {children}
  </span>
);
/** Part of a service in the damage of a run; a leak stands out, as on the mesh. */
const PartWord = ({ part }: { readonly part: DamagePart }) => {
  const word = partWord(part);
  if (word === null) return null;
  return part.leak ? <Mark of="leak">LEAK</Mark> : <span className="part"> ({word})</span>;
};
export const State = ({ of, part }: { readonly of: ServiceState; readonly part?: DamagePart }) => (
  <>
    <Mark of={of}>{STATE_WORDS[of]}</Mark>
    {part !== undefined && <PartWord part={part} />}
  </>
);
