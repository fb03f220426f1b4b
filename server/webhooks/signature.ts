/**
 * The signature that every webhook request carries: `squall-signature: t=SECONDS,v1=HEX`, HMAC-SHA256 with the webhook's
 * secret over `SECONDS.BODY`. The time is signed too, so that a request that was overheard cannot be sent again later.
 */
import { createHmac } from "node:crypto";

/** `atMs`: Unix ms. */
export const signatureOf = (secret: string, body: string, atMs: number): string => {
  const seconds = Math.floor(atMs / 1_000);
  const signed = createHmac("sha256", secret).update(`${seconds}.${body}`).digest("hex");
  return `t=${seconds},v1=${signed}`;
};
