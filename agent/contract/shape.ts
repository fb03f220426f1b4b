/** Small checks of plain JSON, composed like the checked types. Each check returns the problem, or null. */

export const LONGEST_TEXT = 4_096;
export const LONGEST_LIST = 10_000;

/** `at`: path of the value in the message, for the error sentence. T only ties a shape to a type. */
export type Shape<T> = ((value: unknown, at: string) => string | null) & { readonly of?: T };
/** A key that may be absent. */
export type Optional<T> = { readonly optional: Shape<T> };
type Keys<T> = { readonly [K in keyof T]-?: undefined extends T[K] ? Optional<Exclude<T[K], undefined>> : Shape<T[K]> };

const LONGEST_SHOWN = 60;
/**
 * Objects are named, not written out: a hostile object may be too deep to write. A long text is shown by length alone:
 * redaction takes a secret out by the whole value, and would miss a part of the secret.
 */
const shown = (value: unknown) => {
  if (typeof value === "object" && value !== null)
    return Array.isArray(value) ? `a list of ${value.length}` : "an object";
  if (typeof value === "string" && value.length > LONGEST_SHOWN) return `a text of ${value.length} characters`;
  return JSON.stringify(value) ?? "nothing";
};
export const expected = (what: string, value: unknown, at: string) => `${at}: expected ${what}, got ${shown(value)}`;

export const text =
  (least = 0, most = LONGEST_TEXT): Shape<string> =>
  (value, at) =>
    typeof value === "string" && value.length >= least && value.length <= most
      ? null
      : expected(`text of ${least} to ${most} characters`, value, at);
export const number =
  (least = Number.NEGATIVE_INFINITY, most = Number.POSITIVE_INFINITY): Shape<number> =>
  (value, at) =>
    typeof value === "number" && Number.isFinite(value) && value >= least && value <= most
      ? null
      : expected(`a number from ${least} to ${most}`, value, at);
export const whole =
  (least = 0, most = Number.MAX_SAFE_INTEGER): Shape<number> =>
  (value, at) =>
    Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= most
      ? null
      : expected(`a whole number from ${least} to ${most}`, value, at);
export const flag: Shape<boolean> = (value, at) =>
  typeof value === "boolean" ? null : expected("a boolean", value, at);
export const oneOf =
  <T extends string | boolean | null>(...allowed: readonly T[]): Shape<T> =>
  (value, at) =>
    allowed.includes(value as T) ? null : expected(`one of ${allowed.join(", ")}`, value, at);
export const orNull =
  <T>(shape: Shape<T>): Shape<T | null> =>
  (value, at) =>
    value === null ? null : shape(value, at);
/** First shape that fits; otherwise the problem that the last shape reports. */
export const either =
  <T>(...shapes: readonly Shape<T>[]): Shape<T> =>
  (value, at) => {
    let problem: string | null = null;
    for (const shape of shapes) {
      problem = shape(value, at);
      if (problem === null) return null;
    }
    return problem;
  };
/** The same shape under another type: for unions that `either` cannot name. */
export const as = <T>(shape: Shape<never> | Shape<unknown>): Shape<T> => shape as Shape<T>;

export const list =
  <T>(of: Shape<T>, least = 0, most = LONGEST_LIST): Shape<readonly T[]> =>
  (value, at) => {
    if (!Array.isArray(value) || value.length < least || value.length > most)
      return expected(`a list of ${least} to ${most}`, value, at);
    for (let i = 0; i < value.length; i++) {
      const problem = of(value[i], `${at}[${i}]`);
      if (problem !== null) return problem;
    }
    return null;
  };

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

export const record =
  <T>(of: Shape<T>, key: Shape<string> = text()): Shape<Readonly<Record<string, T>>> =>
  (value, at) => {
    if (!isObject(value)) return expected("an object", value, at);
    for (const [name, entry] of Object.entries(value)) {
      const problem = key(name, `${at} key`) ?? of(entry, `${at}.${name}`);
      if (problem !== null) return problem;
    }
    return null;
  };

export const optional = <T>(shape: Shape<T>): Optional<T> => ({ optional: shape });

/** Every key of T must be named. An unnamed key is refused, because the agent cannot honour an unknown key. */
export const object = <T>(keys: Keys<T>, others: "refused" | "passed over" = "refused"): Shape<T> => {
  const shapes = Object.entries<Optional<unknown> | Shape<unknown>>(keys);
  return (value, at) => {
    if (!isObject(value)) return expected("an object", value, at);
    for (const [name, shape] of shapes) {
      if (typeof shape === "function" || Object.hasOwn(value, name)) {
        const problem = (typeof shape === "function" ? shape : shape.optional)(value[name], `${at}.${name}`);
        if (problem !== null) return problem;
      }
    }
    if (others === "refused")
      for (const name of Object.keys(value)) if (!Object.hasOwn(keys, name)) return `${at}.${name}: not known`;
    return null;
  };
};
