/** Differences between two documents, for people: a sign, the path, the old and the new value. */
import type { DocumentChange } from "../../experiments/model/document/diff.ts";
import { formatPath } from "../../experiments/model/document/issue.ts";
import "./changes.css";

const textOf = (value: unknown): string => JSON.stringify(value) ?? "nothing";
const signOf = (change: DocumentChange): readonly [sign: string, word: string, tone: string] => {
  if (!("before" in change)) return ["+", "added", "good"];
  if (!("after" in change)) return ["−", "removed", "bad"];
  return ["~", "changed", "warn"];
};
const One = ({ change }: { readonly change: DocumentChange }) => {
  const [sign, word, tone] = signOf(change);
  return (
    <li className={`change ${tone}`}>
      <span className="sign" aria-hidden="true">
        {sign}
      </span>
      <span>
        <span className="visually-hidden">{word}: </span>
        <code>{formatPath(change.path) || "all of it"}</code>
        {"before" in change && <del>{textOf(change.before)}</del>}
        {"after" in change && <ins>{textOf(change.after)}</ins>}
      </span>
    </li>
  );
};
export const Changes = ({ changes }: { readonly changes: readonly DocumentChange[] }) =>
  changes.length === 0 ? (
    <p className="small">Nothing differs.</p>
  ) : (
    <ul className="changes">
      {changes.map((change) => (
        <One key={formatPath(change.path)} change={change} />
      ))}
    </ul>
  );
