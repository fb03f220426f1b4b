import { LIMITS } from "../contract/limits.ts";
import type { EdgeOffer, ToServer, WatchCount } from "../contract/messages.ts";

const isTooLong = (text: string, most: number): boolean =>
  // A character takes at most 3 bytes for each UTF-16 unit.
  text.length * 3 > most && Buffer.byteLength(text) > most;

/**
 * Encodes a message as JSON. A message that would be too long loses the dispensable parts: histograms, ordinals,
 * examples.
 */
export const encodeMessage = (message: ToServer): string => {
  const text = JSON.stringify(message);
  if (!isTooLong(text, LIMITS.messageBytes) || !("receipts" in message)) return text;
  return JSON.stringify({
    ...message,
    receipts: message.receipts.map(({ endpoints: _, ...receipt }) => ({ ...receipt, ordinals: [] })),
    watches: message.watches.map((watch) => ({ ...watch, firstBad: [] })),
    ...("edges" in message ? { edges: message.edges.map((edge) => ({ ...edge, latencies: "" })) } : {}),
  });
};

/** Message for a server that knows the contract up to `minor`: such a server refuses unknown fields. */
export const downgradeMessage = (minor: number, message: ToServer): ToServer => {
  // A pulse for a server of minor 4 is built without `unchanged`; minor 8 adds to the hello alone.
  if (minor >= 9 || !("receipts" in message)) return message;
  const eighth = toMinor8(message);
  if (minor >= 7) return eighth;
  const sixth = toMinor6(eighth);
  if (minor >= 6) return sixth;
  const fifth = toMinor5(sixth);
  if (minor >= 5) return fifth;
  const fourth = toMinor4(fifth);
  if (minor >= 4) return fourth;
  const third = toMinor3(fourth);
  if (minor >= 3) return third;
  if (minor >= 2) return withoutRefused(third);
  if (minor >= 1) return { ...withoutRefused(third), watches: third.watches.map(withoutUnknown) };
  const { stalls: _, ...known } = { stalls: null, ...eighth };
  return {
    ...known,
    receipts: message.receipts.map(
      ({ id, fault, edge, unit, seen, matched, injected, spared, capped, untouched, liveMs, ordinals }) => ({
        ...{ id, fault, edge, unit, liveMs, ordinals },
        ...{ seen, matched, injected, spared, capped, untouched },
      }),
    ),
    watches: message.watches.map(({ id, good, bad, open, firstBad }) => ({ id, good, bad, open, firstBad })),
    ...("edges" in message
      ? { edges: message.edges.map(({ cancelled: _, refused: __, connections: ___, ...count }) => count) }
      : {}),
  };
};

/** Message in the form of the contract's minor version 8. */
const toMinor8 = <M extends Extract<ToServer, { receipts: unknown }>>(message: M): M => {
  if (!("strangers" in message)) return message;
  const { strangers: _, ...known } = message;
  return known as M;
};
/** Message in the form of the contract's minor version 6. */
const toMinor6 = <M extends Extract<ToServer, { receipts: unknown }>>(message: M): M => ({
  ...message,
  receipts: message.receipts.map(({ escapedBy: _, ...receipt }) => receipt),
});
/** Message in the form of the contract's minor version 5. */
const toMinor5 = <M extends Extract<ToServer, { receipts: unknown }>>(message: M): M => ({
  ...message,
  receipts: message.receipts.map(({ absences: _, ...receipt }) => receipt),
});
/** Message in the form of the contract's minor version 4. */
const toMinor4 = <M extends Extract<ToServer, { receipts: unknown }>>(message: M): M => ({
  ...message,
  receipts: message.receipts.map(({ squeezed: _, ...receipt }) => receipt),
});
/** Message in the form of the contract's minor version 3. */
const toMinor3 = <M extends Extract<ToServer, { receipts: unknown }>>(message: M): M => ({
  ...message,
  receipts: message.receipts.map(({ endpoints: _, exhausted: __, escaped: ___, ...receipt }) => receipt),
  ...("edges" in message ? { edges: message.edges.map(({ connections: _, ...count }) => count) } : {}),
});
/** Message in the form of the contract's minor version 2. */
const withoutRefused = <M extends Extract<ToServer, { receipts: unknown }>>(message: M): M =>
  "edges" in message ? { ...message, edges: message.edges.map(({ refused: _, ...count }) => count) } : message;
/** Count in the form of the contract's minor version 1. */
const withoutUnknown = ({ unknown: _, ...count }: WatchCount): WatchCount => count;

/** Room in a hello beside the offers, in bytes. */
const REST_BYTES = 16 * 1024;
/** Reason why every server would refuse these edges of a mesh file; null: acceptable. */
export const checkOffers = (offers: readonly EdgeOffer[]): string | null => {
  if (offers.length > LIMITS.offers)
    return `--mesh-offer: ${offers.length} edges are offered, ${LIMITS.offers} at most; name a --service to offer its own`;
  const wide = offers.find(({ endpoints }) => endpoints.length > LIMITS.endpoints);
  if (wide !== undefined)
    return `--mesh-offer: ${wide.to} has ${wide.endpoints.length} endpoints, ${LIMITS.endpoints} at most`;
  const long = offers.find(
    ({ listen, endpoints, healthPath }) =>
      [listen, ...endpoints].some((address) => address.length > LIMITS.addressLength) ||
      (healthPath ?? "").length > LIMITS.pathLength,
  );
  if (long !== undefined) return `--mesh-offer: an address or path of ${long.from} → ${long.to} is too long`;
  return isTooLong(JSON.stringify(offers), LIMITS.helloBytes - REST_BYTES)
    ? `--mesh-offer: the edges take over ${LIMITS.helloBytes / 1024 - REST_BYTES / 1024} KiB; name a --service to offer its own`
    : null;
};
