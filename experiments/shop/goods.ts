/** What the shop sells. */

export interface Item {
  readonly sku: string;
  readonly name: string;
  /** In cents. */
  readonly price: number;
  readonly description: string;
}

const KINDS = ["kettle", "teapot", "cup", "saucer", "tray", "tin", "spoon", "strainer"];
const COLOURS = ["", "red", "blue", "green", "white"];

/** Some 11 KiB of catalogue: enough that a narrow line or a cut answer shows. */
export const GOODS: readonly Item[] = COLOURS.flatMap((colour, shade) =>
  KINDS.map((kind, i) => {
    const name = colour === "" ? kind : `${colour} ${kind}`;
    return {
      sku: name.replace(" ", "-"),
      name,
      price: 400 + 150 * i + 25 * shade,
      description: `A ${name} for every day. ${"Made to be used, and to be dropped now and then. ".repeat(4).trim()}`,
    };
  }),
);

export const find = (sku: string): Item | undefined => GOODS.find((item) => item.sku === sku);
