/** Words in the picture of a mesh that overlap or are cut off. */
import type { Page } from "playwright";

const WORDS = [".name", ".tag", ".service .word strong", ".service .word .part"]
  .map((word) => `.react-flow__node ${word}`)
  .concat(".fault-mark", ".edge-word")
  .join(", ");

/** Returns the pairs of words that overlap. */
export const overlapsOf = (page: Page): Promise<readonly string[]> =>
  page.evaluate((words) => {
    const seen = [...document.querySelectorAll(words)]
      .filter((word) => word.checkVisibility())
      .map((word) => {
        const range = document.createRange();
        range.selectNodeContents(word);
        return { text: word.textContent, box: range.getBoundingClientRect() };
      });
    return seen.flatMap(({ text, box }, i) =>
      seen.slice(i + 1).flatMap((other) => {
        const across = Math.min(box.right, other.box.right) - Math.max(box.left, other.box.left);
        const down = Math.min(box.bottom, other.box.bottom) - Math.max(box.top, other.box.top);
        return across > 1 && down > 1 ? [`${text} / ${other.text}`] : [];
      }),
    );
  }, WORDS);

/** State words of services that do not fit on the service's card. */
export const cutStatesOf = (page: Page): Promise<readonly string[]> =>
  page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>(".react-flow__node .service .word")]
      .filter((word) => word.checkVisibility() && word.scrollWidth > word.clientWidth + 1)
      .map((word) => word.textContent ?? ""),
  );
