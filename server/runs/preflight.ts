/** Preflight: the answer of other systems, asked for permission to start a plan. Webhooks ask, the admission decides. */

export type Preflight =
  | { readonly allowed: true }
  /** `webhook`: name of the webhook that refused or could not be reached. */
  | { readonly allowed: false; readonly webhook: string; readonly reason: string };
