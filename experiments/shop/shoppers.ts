/**
 * Shoppers who come by for as long as the shop is open: some twenty visits a second. Arrivals do not depend on whether
 * the shop is quick, slow or gone, and no shopper waits for longer than three seconds. The order and times of visits
 * are the same each day.
 */
import { neighbour, ownPort } from "./environment.ts";
import { GOODS } from "./goods.ts";
import { call, type Reply, serve } from "./web.ts";

/** Between two visits, on average. */
const EVERY_MS = 50;
const PATIENCE_MS = 3_000;
/** After the machine has slept, or was too busy, the visits that were missed are not made up for. */
const MISSED_MS = 1_000;
/** Multiples of this number, without the whole part, are spread as evenly as can be and never repeat. */
const GOLDEN = (Math.sqrt(5) - 1) / 2;

const gateway = neighbour("GATEWAY");
const ask = (method: string, path: string, body?: unknown): Promise<Reply> =>
  call(gateway, method, path, body, AbortSignal.timeout(PATIENCE_MS));

const skuOf = (nth: number): string => GOODS[nth % GOODS.length]!.sku;
/** Out of ten visits, four read the catalogue, three read an item, and three buy an item. */
const visit = (nth: number): Promise<Reply> => {
  const what = (nth * 7) % 10;
  if (what < 4) return ask("GET", "/items");
  if (what < 7) return ask("GET", `/items/${skuOf(nth)}`);
  return ask("POST", "/checkout", { sku: skuOf(nth), quantity: 1 + (nth % 3) });
};

/** Rejected shoppers come again another time. */
const turnedAway = (): void => {};
const come = (nth: number, dueMs: number): void => {
  visit(nth).catch(turnedAway);
  const gapMs = EVERY_MS * (0.5 + ((nth * GOLDEN) % 1));
  const nextMs = Math.max(dueMs + gapMs, performance.now() - MISSED_MS);
  setTimeout(() => come(nth + 1, nextMs), Math.max(0, nextMs - performance.now()));
};

serve(ownPort(), {});
come(1, performance.now());
