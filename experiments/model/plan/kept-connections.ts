/**
 * Kept connections of an edge on which a fault selects endpoints. A connection stays at its endpoint, so such a fault
 * reaches only the connections to the selected endpoints (DATA-PATH.md 1).
 */
import type { EdgeId } from "../names.ts";
import { spellCount } from "../text/words.ts";

export interface KeptConnections {
  readonly fault: string;
  readonly edge: EdgeId;
  /** Open connections of the edge. */
  readonly open: number;
  /** Open connections to the endpoints that the fault selects. */
  readonly selected: number;
}

/** `12 open connections, 4 of them to these; a kept connection stays where it is`; undefined: the counts are unknown. */
export const sayKeptConnections = (kept: KeptConnections | undefined): string =>
  `${kept === undefined ? "" : `${spellCount(kept.open, "open connection")}, ${kept.selected} of them to these; `}a kept connection stays where it is`;
