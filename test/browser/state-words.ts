/** Words for states on a page, with the colour in which each is written. */
import type { Page } from "playwright";
import { STATE_WORDS } from "../../experiments/model/blast-radius/service-state.ts";

/** Words of services and edges, and of their part in a run's damage. */
export const WORDS = [...Object.values(STATE_WORDS), "quiet", "affected", "LEAK"];

export interface StateWord {
  readonly word: string;
  /** Computed colour of the letters. */
  readonly colour: string;
  /** Class of the element, to find a wrong colour by. */
  readonly at: string;
}
/** Visible texts that are a state word, with no more than signs and brackets around. */
export const stateWordsOf = (page: Page): Promise<readonly StateWord[]> =>
  page.evaluate((words) => {
    const found: StateWord[] = [];
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walk.nextNode(); node !== null; node = walk.nextNode()) {
      const element = node.parentElement;
      const word = (node.textContent ?? "").replace(/^[^\p{L}]+|[^\p{L}]+$/gu, "");
      if (element === null || !words.includes(word)) continue;
      if (!element.checkVisibility() || element.closest(".visually-hidden, title") !== null) continue;
      const { color, fill } = getComputedStyle(element);
      const at = `${element.tagName.toLowerCase()}.${element.getAttribute("class") ?? ""}`;
      const within = element.parentElement?.getAttribute("class") ?? "";
      found.push({ word, colour: element instanceof SVGElement ? fill : color, at: `${at} in ${within}` });
    }
    return found;
  }, WORDS);

/** Colours by word, each with the places where the word has the colour. */
export type Palette = Map<string, Map<string, Set<string>>>;
export const addWords = (palette: Palette, words: readonly StateWord[], place: string): void => {
  for (const { word, colour, at } of words) {
    const colours = palette.get(word) ?? new Map<string, Set<string>>();
    palette.set(word, colours);
    colours.set(colour, (colours.get(colour) ?? new Set()).add(`${place}: ${at}`));
  }
};
/** Words that are written in more than one colour, with the places of each. */
export const motleyOf = (palette: Palette): readonly string[] =>
  [...palette].flatMap(([word, colours]) =>
    colours.size < 2
      ? []
      : [`${word}: ${[...colours].map(([colour, places]) => `${colour} at ${[...places].join(", ")}`).join("; ")}`],
  );
