/** Rates of requests that a server takes from a client; `server/api/rate-limits.ts` counts the requests. */

/** Requests a minute. */
export interface Rates {
  /** Requests with one token. */
  readonly token: number;
  /** Requests from one address, without any token. */
  readonly address: number;
  /** Requests from one address with invalid tokens. */
  readonly guesses: number;
}
export const RATES: Rates = { token: 6_000, address: 30_000, guesses: 600 };
