/**
 * A small shop whose services share one lock, by ROLE: `orders` takes the lock, asks `bank` and gives the lock back; `stock`
 * needs the lock too and answers 503 when it does not get it in 40 ms. A slow bank so starves `stock`, which never calls it.
 * FAIL: the share of its answers that a service fails by itself. HOLDS=no: orders asks the bank without the lock.
 */
import { createServer, request } from "node:http";

const { ROLE, PORT, LOCK = "", BANK = "", STOCK = "", FAIL = "0", HOLDS = "yes" } = process.env;

/** The status of a GET; 0: no answer. `trace`: the headers that a caller passes on. */
const get = (base, path = "/", trace = {}) =>
  new Promise((done) => {
    request(`${base}${path}`, { agent: false, headers: trace }, (response) => {
      response.resume();
      response.on("end", () => done(response.statusCode));
    })
      .on("error", () => done(0))
      .end();
  });
let isTaken = false;
/** Callers that wait for the lock, each as the function that gives the lock to the caller. */
const waiting = new Set();
const take = (waitMs) => {
  if (!isTaken) {
    isTaken = true;
    return 200;
  }
  return new Promise((done) => {
    const give = () => {
      clearTimeout(late);
      done(200);
    };
    const late = setTimeout(() => {
      waiting.delete(give);
      done(503);
    }, waitMs);
    waiting.add(give);
  });
};
const free = () => {
  const [next] = waiting;
  isTaken = next !== undefined;
  waiting.delete(next);
  next?.();
  return 200;
};
const answers = {
  bank: async () => 200,
  lock: async (path) => (path.startsWith("/take/") ? take(Number(path.slice("/take/".length))) : free()),
  orders: async (_path, trace) => {
    if (HOLDS === "no") return get(BANK, "/", trace);
    if ((await get(LOCK, "/take/3000")) !== 200) return 503;
    const status = await get(BANK, "/", trace);
    await get(LOCK, "/free");
    return status;
  },
  stock: async () => {
    const status = await get(LOCK, "/take/40");
    if (status === 200) await get(LOCK, "/free");
    return status;
  },
  shopper: async () => 200,
};
const traceOf = ({ headers: { traceparent, tracestate } }) => ({
  ...(traceparent === undefined ? {} : { traceparent }),
  ...(tracestate === undefined ? {} : { tracestate }),
});
createServer(async (incoming, response) => {
  // A lock that is never given back would be no half percent.
  const mayFail = incoming.url !== "/free";
  const status = mayFail && Math.random() < Number(FAIL) ? 500 : await answers[ROLE](incoming.url, traceOf(incoming));
  response.statusCode = status === 0 ? 502 : status;
  response.end();
}).listen(Number(PORT), "127.0.0.1");

// Shoppers look at the stock 25 times a second, whatever becomes of it.
if (ROLE === "shopper") setInterval(() => get(STOCK), 40);
