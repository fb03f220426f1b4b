/**
 * Shows the catalogue. Reads the stock from inventory, and shows the page without stock when inventory does not answer.
 * The service passes no trace context on, like services written without knowledge of trace context: only the graph
 * shows whether a sample reached inventory.
 */
import { fallback, handleAll, TimeoutStrategy, timeout, wrap } from "cockatiel";
import { defended } from "./defences.ts";
import { neighbour, ownPort } from "./environment.ts";
import { find, GOODS } from "./goods.ts";
import { call, ok, serve } from "./web.ts";

const STOCK_MS = 1_000;
const inventory = neighbour("INVENTORY");
const orUnknown = defended<number | null>(
  wrap(fallback(handleAll, null), timeout(STOCK_MS, TimeoutStrategy.Aggressive)),
);

const stockOf = (sku: string): Promise<number | null> =>
  orUnknown.execute(async ({ signal }) => {
    const { status, body } = await call(inventory, "GET", `/stock/${sku}`, undefined, signal);
    if (status !== 200) throw new Error(`inventory answered ${status}`);
    return (body as { stock: number }).stock;
  });

serve(ownPort(), {
  "GET /items": () => ok({ items: GOODS }),
  "GET /items/*": async ({ rest }) => {
    const item = find(rest);
    if (item === undefined) return { status: 404, body: { error: `there is no ${rest}` } };
    return ok({ ...item, stock: await stockOf(item.sku) });
  },
});
