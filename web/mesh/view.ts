/** Zoom level of the graph, and the context that nodes and edges need to draw at this level. */
import { createContext, useContext } from "react";
import type { EdgeId, ServiceName } from "../../experiments/model/names.ts";

/** `far`: shapes and colours. `middle`: names. `near`: numbers. */
export type Nearness = "far" | "middle" | "near";
const [MIDDLE, NEAR] = [0.4, 0.8];
export const nearnessOf = (zoom: number): Nearness => (zoom < MIDDLE ? "far" : zoom < NEAR ? "middle" : "near");

/** Smallest readable letters on the screen, px. */
const LEAST_PX = 10;
/** Least size of letters in the picture at this zoom, px; in steps, so that the size does not pump. */
export const leastOf = (zoom: number): number => Math.ceil((2 * LEAST_PX) / zoom) / 2;

/**
 * Zoom from which the longest state, in letters of the least size, fits on a service card; and zoom for the part
 * below.
 */
export const [WORDS_FROM, PARTS_FROM] = [0.32, 0.45];

export interface View {
  readonly level: Nearness;
  /** True if edges show the state in words too: for a picture that the user is not expected to move. */
  readonly words: boolean;
  /** True if each edge shows a label; otherwise only affected edges and edges under the pointer do. */
  readonly labels: boolean;
  /** Edges that end at a service; absent: no callers. */
  readonly incoming: ReadonlyMap<ServiceName, readonly EdgeId[]>;
  readonly onClose: (group: string) => void;
  readonly onSelect: (id: string) => void;
}
export const ViewContext = createContext<View>({
  ...{ level: "near", words: false, labels: true, incoming: new Map(), onClose: () => {}, onSelect: () => {} },
});
export const useView = (): View => useContext(ViewContext);
