/** How near one looks at the graph, and what its parts need to know to draw themselves so. */
import { createContext, useContext } from "react";
import type { EdgeId, ServiceName } from "../../experiments/model/names.ts";

/** `far`: shapes and colours. `middle`: names. `near`: numbers. */
export type Nearness = "far" | "middle" | "near";
const [MIDDLE, NEAR] = [0.4, 0.8];
export const nearnessOf = (zoom: number): Nearness => (zoom < MIDDLE ? "far" : zoom < NEAR ? "middle" : "near");

/** What is smaller on the screen is not read, px. */
const LEAST_PX = 10;
/** Least size of letters in the picture at this zoom, px; in steps, so that they do not pump. */
export const leastOf = (zoom: number): number => Math.ceil((2 * LEAST_PX) / zoom) / 2;

/** Zoom from which the longest state, in letters of the least size, has room on the card of a service; and its part below it. */
export const [WORDS_FROM, PARTS_FROM] = [0.32, 0.45];

export interface View {
  readonly level: Nearness;
  /** States stand on edges in words, too: a picture that nobody is expected to move about in. */
  readonly words: boolean;
  /** Whether each edge shows its label; else only those that are pointed at or hurt. */
  readonly labels: boolean;
  /** Edges that end at a service; absent: nobody calls it. */
  readonly incoming: ReadonlyMap<ServiceName, readonly EdgeId[]>;
  readonly onClose: (group: string) => void;
  readonly onSelect: (id: string) => void;
}
export const ViewContext = createContext<View>({
  ...{ level: "near", words: false, labels: true, incoming: new Map(), onClose: () => {}, onSelect: () => {} },
});
export const useView = (): View => useContext(ViewContext);
