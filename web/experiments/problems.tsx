/** Issues of the text, listed below the editor: each entry leads to the marked text. */
import type { FileIssue } from "../../experiments/model/document/issue.ts";
import { sentenceOf } from "./text/marks.ts";

interface ProblemsProps {
  readonly label: string;
  readonly problems: readonly FileIssue[];
  readonly warnings: readonly FileIssue[];
  readonly onJump: (line: number, column: number) => void;
}
const MOST = 50;
const Item = ({
  problem,
  tone,
  onJump,
}: { readonly problem: FileIssue; readonly tone: "bad" | "warn" } & Pick<ProblemsProps, "onJump">) => (
  <li>
    <button type="button" className={`place ${tone}`} onClick={() => onJump(problem.line, problem.column)}>
      <span className="sign" aria-hidden="true">
        {tone === "bad" ? "✕" : "!"}
      </span>
      <span className="visually-hidden">{tone === "bad" ? "Problem" : "Warning"} at line </span>
      <code>
        {problem.line}:{problem.column}
      </code>
      <span>{sentenceOf(problem)}</span>
    </button>
  </li>
);
const countOf = (count: number, word: string): string => `${count} ${word}${count === 1 ? "" : "s"}`;
const headOf = (problems: number, warnings: number): string => {
  if (problems + warnings === 0) return "Valid: nothing is wrong with it";
  return [problems > 0 && countOf(problems, "problem"), warnings > 0 && countOf(warnings, "warning")]
    .filter(Boolean)
    .join(", ");
};

export const Problems = ({ label, problems, warnings, onJump }: ProblemsProps) => {
  const tone = problems.length > 0 ? "bad" : warnings.length > 0 ? "warn" : "good";
  const left = problems.length + warnings.length - MOST;
  return (
    <section className="problems" aria-label={label}>
      <p role="status" className={tone}>
        {headOf(problems.length, warnings.length)}
      </p>
      <ol>
        {problems.slice(0, MOST).map((problem) => (
          <Item
            key={`${problem.line}:${problem.column} ${problem.message}`}
            problem={problem}
            tone="bad"
            onJump={onJump}
          />
        ))}
        {warnings.slice(0, Math.max(0, MOST - problems.length)).map((problem) => (
          <Item
            key={`${problem.line}:${problem.column} ${problem.message}`}
            problem={problem}
            tone="warn"
            onJump={onJump}
          />
        ))}
      </ol>
      {left > 0 && <p className="small">And {left} more.</p>}
    </section>
  );
};
