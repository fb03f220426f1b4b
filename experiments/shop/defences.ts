/**
 * Defences of the shop against failures of neighbouring services, all together: `SHOP_DEFENCES=off` leaves time limits,
 * retries, breakers, fallbacks and small pages out. An expectation that holds with the defences must break without the
 * defences: this shows that a HELD is meaningful.
 */
export const isDefended = process.env.SHOP_DEFENCES !== "off";

type Call<T> = (context: { readonly signal: AbortSignal }) => Promise<T>;
interface Policy<T> {
  execute(call: Call<T>): Promise<T>;
}
/** Signal that is never aborted: an undefended call waits for as long as the callee takes. */
const PATIENCE = new AbortController().signal;

/** The policy, or the bare call where the shop has no defences. */
export const defended = <T>(policy: Policy<T>): Policy<T> =>
  isDefended ? policy : { execute: (call) => call({ signal: PATIENCE }) };
