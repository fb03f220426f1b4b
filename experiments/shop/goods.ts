/** Goods that the shop sells. */
import { isDefended } from "./defences.ts";

export interface Item {
  readonly sku: string;
  readonly name: string;
  /** In cents. */
  readonly price: number;
  readonly description: string;
}

const KINDS = ["kettle", "teapot", "cup", "saucer", "tray", "tin", "spoon", "strainer"];
const COLOURS = ["", "red", "blue", "green", "white"];

/**
 * Number of sentences in each item's description. A shop without defences sends the whole description, needed or not.
 */
const SENTENCES = isDefended ? 4 : 28;
/** Some 11 KiB of catalogue, or 58: enough that a narrow line or a cut answer shows. */
export const GOODS: readonly Item[] = COLOURS.flatMap((colour, shade) =>
  KINDS.map((kind, i) => {
    const name = colour === "" ? kind : `${colour} ${kind}`;
    return {
      sku: name.replace(" ", "-"),
      name,
      price: 400 + 150 * i + 25 * shade,
      description: `A ${name} for every day. ${"Made to be used, and to be dropped now and then. ".repeat(SENTENCES).trim()}`,
    };
  }),
);

export const find = (sku: string): Item | undefined => GOODS.find((item) => item.sku === sku);
