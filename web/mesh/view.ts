/** How near one looks at the graph, and what its parts need to know to draw themselves so. */
import { createContext, useContext } from "react";
import type { EdgeId, ServiceName } from "../../experiments/model/names.ts";

/** `far`: shapes and colours. `middle`: names. `near`: numbers. */
export type Nearness = "far" | "middle" | "near";
const [MIDDLE, NEAR] = [0.24, 0.58];
export const nearnessOf = (zoom: number): Nearness => (zoom < MIDDLE ? "far" : zoom < NEAR ? "middle" : "near");

const MOST_AWAY = 6;
/** How much larger what matters most is drawn, so that it can be read from there; in steps, so that it does not pump. */
export const awayOf = (zoom: number): number => (zoom >= NEAR ? 1 : Math.min(MOST_AWAY, Math.round(1.6 / zoom) / 2));

export interface View {
  readonly level: Nearness;
  /** Whether each edge shows its label; else only those that are pointed at or hurt. */
  readonly labels: boolean;
  /** Edges that end at a service; absent: nobody calls it. */
  readonly incoming: ReadonlyMap<ServiceName, readonly EdgeId[]>;
  readonly onClose: (group: string) => void;
}
export const ViewContext = createContext<View>({
  ...{ level: "near", labels: true, incoming: new Map(), onClose: () => {} },
});
export const useView = (): View => useContext(ViewContext);
