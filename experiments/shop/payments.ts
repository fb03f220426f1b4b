/** Takes the money. */
import { ownPort } from "./environment.ts";
import { ok, serve } from "./web.ts";

let charges = 0;

serve(ownPort(), {
  "POST /charge": ({ body }) => {
    const { amount } = body as { amount: number };
    charges += 1;
    return ok({ payment: "charged", charge: charges, amount });
  },
  "POST /refund": ({ body }) => ok({ payment: "refunded", amount: (body as { amount: number }).amount }),
});
