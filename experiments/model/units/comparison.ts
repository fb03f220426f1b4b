/** Comparisons with a number: `<= 0.01`. Without zod. */

export const COMPARISON = /^(<=|>=|<|>|==|!=)\s*(-?\d+(?:\.\d+)?)$/;
export type Operator = "<=" | ">=" | "<" | ">" | "==" | "!=";
export interface Comparison {
  readonly operator: Operator;
  readonly number: number;
}
/** `"<= 0.01"`, `">= 1"`. */
export const parseComparison = (text: string): Comparison | null => {
  const [, operator, number] = COMPARISON.exec(text) ?? [];
  return operator === undefined ? null : { operator: operator as Operator, number: Number(number) };
};
const COMPARE: { [O in Operator]: (a: number, b: number) => boolean } = {
  "<=": (a, b) => a <= b,
  ">=": (a, b) => a >= b,
  "<": (a, b) => a < b,
  ">": (a, b) => a > b,
  "==": (a, b) => a === b,
  "!=": (a, b) => a !== b,
};
export const compares = (value: number, { operator, number }: Comparison): boolean => COMPARE[operator](value, number);
export const formatComparison = ({ operator, number }: Comparison): string => `${operator} ${number}`;
