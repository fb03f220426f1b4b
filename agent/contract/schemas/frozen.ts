/** Type of a schema's value, read-only in every depth: a checked message is never changed. */
import type { z } from "zod";
import type { FaultAction } from "../../../experiments/model/faults/index.ts";

/** An action keeps the model's own type, which narrows by its kind; a branded id is an object to a mapped type. */
type Frozen<T> = T extends string | FaultAction ? T : T extends object ? { readonly [K in keyof T]: Frozen<T[K]> } : T;
export type Value<S extends z.ZodType> = Frozen<z.output<S>>;
/** True for two types that accept the same values; `never` otherwise. */
export type Same<A, B> = [Frozen<A>] extends [Frozen<B>] ? ([Frozen<B>] extends [Frozen<A>] ? true : never) : never;
