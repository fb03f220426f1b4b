/**
 * Layout of a small graph in layers, callers first (Sugiyama: longest path, then barycentres). An edge that passes over
 * a layer has a slot of its own in that layer, so that the edge crosses no box.
 */
export interface LayeredEdge {
  readonly from: string;
  readonly to: string;
}
/** Slot in a layer: a node, or the way of an edge through the layer (null). */
export interface Slot {
  readonly node: string | null;
  readonly key: string;
}
export interface Layers {
  readonly layers: readonly (readonly Slot[])[];
  /** Slot keys that each edge passes, from caller to callee; in the order of the edges. */
  readonly ways: readonly (readonly string[])[];
}

/** Layer of each node; edges that close a circle are passed over. */
const depthsOf = (nodes: readonly string[], edges: readonly LayeredEdge[]): ReadonlyMap<string, number> => {
  const depths = new Map<string, number>();
  const open = new Set<string>();
  const depthOf = (node: string): number => {
    const known = depths.get(node);
    if (known !== undefined) return known;
    open.add(node);
    const above = edges.filter(({ from, to }) => to === node && !open.has(from)).map(({ from }) => depthOf(from) + 1);
    open.delete(node);
    const depth = Math.max(0, ...above);
    depths.set(node, depth);
    return depth;
  };
  for (const node of nodes) depthOf(node);
  return depths;
};

/** Slots by the mean place of the neighbours in the adjacent layer; a slot without a neighbour stays in place. */
const reordered = (layer: readonly Slot[], beside: readonly Slot[], links: readonly (readonly [string, string])[]) => {
  const places = new Map(beside.map(({ key }, place) => [key, place]));
  const centre = new Map(
    layer.map(({ key }, own) => {
      const near = links.flatMap(([a, b]) =>
        a === key ? (places.get(b) ?? []) : b === key ? (places.get(a) ?? []) : [],
      );
      return [key, near.length === 0 ? own : near.reduce((sum, place) => sum + place, 0) / near.length];
    }),
  );
  return layer.toSorted((a, b) => centre.get(a.key)! - centre.get(b.key)!);
};
const SWEEPS = 4;

export const layersOf = (nodes: readonly string[], edges: readonly LayeredEdge[]): Layers => {
  const depths = depthsOf(nodes, edges);
  const layers: Slot[][] = [];
  const slot = (depth: number, one: Slot) => {
    layers[depth] = [...(layers[depth] ?? []), one];
  };
  for (const node of nodes) slot(depths.get(node)!, { node, key: `node ${node}` });
  const ways = edges.map(({ from, to }, index) => {
    const [first, last] = [depths.get(from)!, depths.get(to)!];
    const step = first < last ? 1 : -1;
    const between = Array.from({ length: Math.max(0, Math.abs(last - first) - 1) }, (_, i) => first + step * (i + 1));
    const keys = between.map((depth) => {
      const key = `way ${index} ${depth}`;
      slot(depth, { node: null, key });
      return key;
    });
    return [`node ${from}`, ...keys, `node ${to}`];
  });
  const links = ways.flatMap((way) => way.slice(1).map((key, i) => [way[i]!, key] as const));
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    for (let i = 1; i < layers.length; i++) layers[i] = reordered(layers[i]!, layers[i - 1]!, links);
    for (let i = layers.length - 2; i >= 0; i--) layers[i] = reordered(layers[i]!, layers[i + 1]!, links);
  }
  return { layers, ways };
};
