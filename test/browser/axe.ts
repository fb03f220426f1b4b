/** Violations of a page found by axe-core: serious and critical only, each with the target element. */
import axe from "axe-core";
import type { Page } from "playwright";

const GRAVE: readonly (string | null | undefined)[] = ["serious", "critical"];

export const violationsOf = async (page: Page): Promise<readonly string[]> => {
  // The debugger evaluates axe; a script element would be refused by the page's content security policy.
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
/**
 * Overflow of the page beyond the window's width once layout has settled, px: above 0 the user must scroll sideways.
 */
export const overhangOf = async (page: Page): Promise<number> => {
  const look = () => Math.max(0, document.documentElement.scrollWidth - document.documentElement.clientWidth);
  for (let looks = 0; looks < 20 && (await page.evaluate(look)) > 0; looks++) await page.waitForTimeout(100);
  return page.evaluate(look);
};
