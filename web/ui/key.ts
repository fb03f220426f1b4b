/** Idempotency key: a start that is sent twice under the same key is a single start. */

/** `crypto.randomUUID` is missing where the page came over plain HTTP from elsewhere. */
export const newKey = (): string =>
  [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
