/** Configuration trees of nested keys: reading, setting and merging. Plain data in file form. */
export type Tree = Readonly<Record<string, unknown>>;

const isTree = (value: unknown): value is Tree => typeof value === "object" && value !== null && !Array.isArray(value);

export const valueAt = (tree: unknown, path: readonly string[]): unknown =>
  path.reduce<unknown>((value, key) => (isTree(value) && Object.hasOwn(value, key) ? value[key] : undefined), tree);

export const withValue = (tree: Tree, [key, ...rest]: readonly string[], value: unknown): Tree => {
  const below = tree[key!];
  return { ...tree, [key!]: rest.length === 0 ? value : withValue(isTree(below) ? below : {}, rest, value) };
};
/** First source that has a value at the path. */
export const firstWith = <T extends { readonly tree: Tree }>(sources: readonly T[], path: readonly string[]) =>
  sources.find(({ tree }) => valueAt(tree, path) !== undefined);
