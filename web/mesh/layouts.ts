/** Layouts: computed off the main thread, once for each mesh and grouping, and kept. Layouts never follow the data. */
import Elk, { type ELK } from "elkjs/lib/elk-api.js";
import elkWorker from "elkjs/lib/elk-worker.min.js?url";
import { useEffect, useState } from "react";
import { arrange, type Layout } from "./arrange.ts";
import { compact } from "./compact.ts";
import { elkGraphOf, placedOf } from "./elk-graph.ts";
import type { MeshView } from "./grouping.ts";
import type { Level, Placed } from "./level.ts";

/** Storage key. The number changes with the format of layouts and with the way of computing layouts. */
const STORED = "squall.layouts.5";
const MOST_STORED = 6;
/** Size limit that ELK lays out within a second or two. */
const MOST_FOR_ELK = { nodes: 120, edges: 300 };

const FEWEST_TO_FOLD = 12;
/** Aspect ratio of the stage on a screen, most spread of the nodes toward this ratio, and most nodes to spread. */
const [SHAPE, MOST_SPREAD, MOST_TO_SPREAD] = [2.3, 3, 40];

let elk: ELK | null = null;
/** Form of the area for the picture. `low`: much wider than high. `tall`: a telephone, with callees below callers. */
export type Form = "screen" | "low" | "tall";
const placeIn =
  (form: Form) =>
  async (level: Level): Promise<Placed> => {
    if (level.nodes.length > MOST_FOR_ELK.nodes || level.edges.length > MOST_FOR_ELK.edges) return compact(level);
    const direction = form === "tall" ? "DOWN" : "RIGHT";
    // The worker is a file of the dashboard, since the page's policy allows no other origin.
    elk ??= new Elk({ workerUrl: elkWorker, algorithms: ["layered"] });
    const flat = placedOf(await elk.layout(elkGraphOf(level, 1, direction)));
    // A row of services would leave most of a screen empty: nodes of a column move apart.
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
    // The storage is full or forbidden: the layout is computed again next time.
  }
};
const known = (key: string): Layout | null => {
  const layout = made.get(key) ?? stored().find((kept) => kept.key === key)?.layout ?? null;
  if (layout !== null) made.set(key, layout);
  return layout;
};

/** Drawn nodes and edges, with the layout. */
export interface Picture {
  readonly key: string;
  readonly shown: MeshView;
  readonly layout: Layout;
}
/** `key`: covers every input of the layout. The previous picture stays until the next layout is ready. */
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
