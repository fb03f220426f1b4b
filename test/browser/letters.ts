/** Letters that are drawn too small to read on the screen. */
import type { Page } from "playwright";

const LEAST_PX = 10;

/** Returns each text below 10 px, with its size. Texts drawn by a canvas are not measured. */
export const smallestLetters = (page: Page): Promise<readonly string[]> =>
  page.evaluate((least) => {
    const small: string[] = [];
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walk.nextNode(); node !== null; node = walk.nextNode()) {
      const element = node.parentElement;
      const text = node.textContent?.trim() ?? "";
      if (text === "" || element === null || !element.checkVisibility()) continue;
      const style = getComputedStyle(element);
      const range = document.createRange();
      range.selectNodeContents(node);
      const box = range.getBoundingClientRect();
      if (box.width < 2 || box.height < 2) continue;
      // Zoom factor of the picture that contains the text.
      const scale =
        element instanceof SVGGraphicsElement
          ? element.getScreenCTM()!.a
          : new DOMMatrix(getComputedStyle(element.closest(".react-flow__viewport") ?? document.body).transform).a;
      const size = Number.parseFloat(style.fontSize) * scale;
      if (size < least - 0.05) small.push(`${size.toFixed(1)} px: ${text}`);
    }
    return small;
  }, LEAST_PX);
