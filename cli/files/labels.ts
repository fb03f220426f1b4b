import { usage } from "../exit.ts";

export type LabelFilter = (labels: Readonly<Record<string, string>>) => boolean;
const TERM = /^([A-Za-z0-9][\w./-]*)(!=|==?)([\w.-]*)$/;

/** `service=checkout`, `tier!=edge`, joined by commas or given several times: all must hold. An absent label is different from any value. */
export const labelFilter = (selectors: readonly string[]): LabelFilter => {
  const terms = selectors
    .flatMap((selector) => selector.split(","))
    .map((term) => {
      const [, key, operator, value] = TERM.exec(term.trim()) ?? [];
      if (key === undefined) throw usage(`-l ${term}: expected key=value or key!=value, such as -l service=checkout`);
      return { key, wanted: operator !== "!=", value };
    });
  return (labels) =>
    terms.every(({ key, wanted, value }) => (Object.hasOwn(labels, key) && labels[key] === value) === wanted);
};
