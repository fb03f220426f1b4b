/**
 * Turns a basket into an order: reserves the goods, charges the customer, appends the order to the ledger.
 * - payments: a limit of 300 ms, a circuit breaker, and a fallback: the order is accepted and paid later.
 * - inventory: retried up to five times, the first retry at once, later ones after growing delays.
 * - ledger: no defence. An order waits for the ledger's answer for as long as the ledger takes.
 */
import {
  ConsecutiveBreaker,
  circuitBreaker,
  ExponentialBackoff,
  fallback,
  handleAll,
  noJitterGenerator,
  retry,
  TimeoutStrategy,
  timeout,
  wrap,
} from "cockatiel";
import { defended } from "./defences.ts";
import { neighbour, ownPort } from "./environment.ts";
import { append } from "./ledger-line.ts";
import { call, serve, type Trace } from "./web.ts";

const PAYMENT_MS = 300;
const RESERVE_MS = 1_000;

const payments = neighbour("PAYMENTS");
const inventory = neighbour("INVENTORY");
const ledger = neighbour("LEDGER");

type Payment = "charged" | "deferred";
const charging = defended<Payment>(
  wrap(
    fallback<Payment>(handleAll, "deferred"),
    circuitBreaker(handleAll, { halfOpenAfter: 500, breaker: new ConsecutiveBreaker(5) }),
    timeout(PAYMENT_MS, TimeoutStrategy.Aggressive),
  ),
);
const charge = (amount: number, trace: Trace): Promise<Payment> =>
  charging.execute(async ({ signal }): Promise<Payment> => {
    const { status, body } = await call(payments, "POST", "/charge", { amount }, signal, trace);
    const receipt = body as { payment?: unknown; amount?: unknown };
    if (status !== 200 || receipt.payment !== "charged" || receipt.amount !== amount)
      throw new Error(`payments answered ${status} and no receipt`);
    return "charged";
  });

const reserving = defended<number>(
  wrap(
    retry(handleAll, {
      maxAttempts: 5,
      backoff: new ExponentialBackoff({ generator: noJitterGenerator, initialDelay: 10, maxDelay: 160 }),
    }),
    timeout(RESERVE_MS, TimeoutStrategy.Aggressive),
  ),
);
/** Returns the price. */
const reserve = (sku: string, quantity: number, trace: Trace): Promise<number> =>
  reserving.execute(async ({ signal }) => {
    const { status, body } = await call(inventory, "POST", "/reserve", { sku, quantity }, signal, trace);
    if (status !== 200) throw new Error(`inventory answered ${status}`);
    return (body as { price: number }).price;
  });

let orders = 0;

serve(ownPort(), {
  "POST /checkout": async ({ body, trace }) => {
    const { sku, quantity } = body as { sku: string; quantity: number };
    const price = await reserve(sku, quantity, trace);
    const payment = await charge(price, trace);
    orders += 1;
    const line = await append(ledger, `order-${orders}`, price);
    return { status: payment === "charged" ? 200 : 202, body: { order: `order-${orders}`, price, payment, line } };
  },
});
