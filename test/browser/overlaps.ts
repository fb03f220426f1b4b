/** Words in the picture of a mesh that overlap or are cut off. */
import type { Page } from "playwright";

const WORDS = [".name", ".tag", ".service .word strong", ".service .word .part"]
  .map((word) => `.react-flow__node ${word}`)
  .concat(".fault-mark", ".edge-word", ".numbers text")
  .join(", ");

/** Returns the pairs of words that overlap. */
export const overlapsOf = (page: Page): Promise<readonly string[]> =>
  page.evaluate((words) => {
    const seen = [...document.querySelectorAll(words)]
      .filter((word) => word.checkVisibility())
      .map((word) => {
        // Text for screen readers is clipped to a point; a range would measure it unclipped.
        const texts = document.createTreeWalker(word, NodeFilter.SHOW_TEXT);
        const boxes: DOMRect[] = [];
        for (let text = texts.nextNode(); text !== null; text = texts.nextNode()) {
          if (text.parentElement?.closest(".visually-hidden")) continue;
          const range = document.createRange();
          range.selectNodeContents(text);
          const box = range.getBoundingClientRect();
          if (box.width > 0) boxes.push(box);
        }
        const [left, top] = [Math.min(...boxes.map((box) => box.left)), Math.min(...boxes.map((box) => box.top))];
        const [right, bottom] = [
          Math.max(...boxes.map((box) => box.right)),
          Math.max(...boxes.map((box) => box.bottom)),
        ];
        return { text: word.textContent, box: { left, top, right, bottom } };
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
