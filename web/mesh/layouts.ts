/** Layouts: made off the main thread, once for each mesh and grouping, and kept. They never follow the data. */
import Elk, { type ELK } from "elkjs/lib/elk-api.js";
import elkWorker from "elkjs/lib/elk-worker.min.js?url";
import { useEffect, useState } from "react";
import { arrange, type Layout } from "./arrange.ts";
import { compact } from "./compact.ts";
import { elkGraphOf, placedOf } from "./elk-graph.ts";
import type { MeshView } from "./grouping.ts";
import type { Level, Placed } from "./level.ts";

/** Another form of layouts, or another way to make them, is another number. */
const STORED = "squall.layouts.5";
const MOST_STORED = 6;
/** What ELK lays out within a second or two. */
const MOST_FOR_ELK = { nodes: 120, edges: 300 };

const FEWEST_TO_FOLD = 12;
/** Width to height of the stage on a screen, and how far apart nodes may move for it. */
const [SHAPE, MOST_SPREAD, MOST_TO_SPREAD] = [2.3, 3, 40];

let elk: ELK | null = null;
/** Of the place for the picture. `low`: much wider than it is high. `tall`: a telephone, where callees stand below their callers. */
export type Form = "screen" | "low" | "tall";
const placeIn =
  (form: Form) =>
  async (level: Level): Promise<Placed> => {
    if (level.nodes.length > MOST_FOR_ELK.nodes || level.edges.length > MOST_FOR_ELK.edges) return compact(level);
    const direction = form === "tall" ? "DOWN" : "RIGHT";
    // A file of our own, as the page's policy wants it.
    elk ??= new Elk({ workerUrl: elkWorker, algorithms: ["layered"] });
    const flat = placedOf(await elk.layout(elkGraphOf(level, 1, direction)));
    // A row of services would leave most of a screen empty: what stands one below the other moves apart.
    const spread =
      form !== "screen" || level.nodes.length > MOST_TO_SPREAD
        ? 1
        : Math.min(MOST_SPREAD, flat.width / (flat.height * SHAPE));
    const placed = spread > 1 ? placedOf(await elk.layout(elkGraphOf(level, spread))) : flat;
    // A tower would have to be looked at from twice as far as the same, folded.
    return form !== "tall" && placed.height > placed.width && level.nodes.length > FEWEST_TO_FOLD
      ? compact(level)
      : placed;
  };

type Kept = readonly { readonly key: string; readonly layout: Layout }[];
const made = new Map<string, Layout>();
const stored = (): Kept => {
  try {
    return JSON.parse(localStorage.getItem(STORED) ?? "[]") as Kept;
  } catch {
    return [];
  }
};
const keep = (key: string, layout: Layout): void => {
  made.set(key, layout);
  try {
    const others = stored().filter((kept) => kept.key !== key);
    localStorage.setItem(STORED, JSON.stringify([{ key, layout }, ...others].slice(0, MOST_STORED)));
  } catch {
    // Full, or forbidden: it is made anew next time.
  }
};
const known = (key: string): Layout | null => {
  const layout = made.get(key) ?? stored().find((kept) => kept.key === key)?.layout ?? null;
  if (layout !== null) made.set(key, layout);
  return layout;
};

/** What is shown, and where. */
export interface Picture {
  readonly key: string;
  readonly shown: MeshView;
  readonly layout: Layout;
}
/** `key`: says everything that the layout depends on. The last picture stays until the next one is there. */
export const usePicture = (
  key: string,
  shown: MeshView,
  form: Form,
): { readonly picture: Picture | null; readonly problem: string | null } => {
  const [picture, setPicture] = useState<Picture | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  useEffect(() => {
    let wanted = true;
    const show = (layout: Layout) => {
      setPicture({ key, shown, layout });
      setProblem(null);
    };
    const before = known(key);
    if (before !== null) show(before);
    else
      arrange(shown, placeIn(form)).then(
        (layout) => {
          keep(key, layout);
          if (wanted) show(layout);
        },
        (error: unknown) => wanted && setProblem(error instanceof Error ? error.message : String(error)),
      );
    return () => {
      wanted = false;
    };
  }, [key, shown, form]);
  return { picture, problem };
};
