/** Counts the goods. Each morning the shelves are full again, and the service is always in that morning state. */
import { ownPort } from "./environment.ts";
import { find } from "./goods.ts";
import { ok, type Reply, serve } from "./web.ts";

const FULL = 1_000;

const unknown = (sku: string): Reply => ({ status: 404, body: { error: `there is no ${sku}` } });

serve(ownPort(), {
  "GET /stock/*": ({ rest }) => (find(rest) === undefined ? unknown(rest) : ok({ sku: rest, stock: FULL })),
  "POST /reserve": ({ body }) => {
    const { sku, quantity } = body as { sku: string; quantity: number };
    const item = find(sku);
    return item === undefined ? unknown(sku) : ok({ sku, reserved: quantity, price: item.price * quantity });
  },
});
