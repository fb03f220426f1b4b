/** What axe-core holds against a page: of what is serious only, with where it is. */
import axe from "axe-core";
import type { Page } from "playwright";

const GRAVE: readonly (string | null | undefined)[] = ["serious", "critical"];

export const violationsOf = async (page: Page): Promise<readonly string[]> => {
  // By the debugger and not as a script of the page, which its policy would refuse.
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate(() =>
    (globalThis as unknown as { axe: typeof axe }).axe.run(document, { resultTypes: ["violations"] }),
  );
  return violations
    .filter(({ impact }) => GRAVE.includes(impact))
    .flatMap(({ id, nodes }) =>
      nodes.map(({ target, failureSummary }) => `${id} ${target.join(" ")}: ${failureSummary}`),
    );
};
/** How many px the page is wider than its window once it has come to rest: 0, or somebody has to scroll sideways. */
export const overhangOf = async (page: Page): Promise<number> => {
  const look = () => Math.max(0, document.documentElement.scrollWidth - document.documentElement.clientWidth);
  for (let looks = 0; looks < 20 && (await page.evaluate(look)) > 0; looks++) await page.waitForTimeout(100);
  return page.evaluate(look);
};
