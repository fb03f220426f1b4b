/** Reactions of a schedule to the verdicts of the started runs. */
import { useId } from "react";
import { type Fields, REACTING, type Reaction, type ReactionFields, type ReactionKind } from "./fields.ts";

const DEEDS: readonly { readonly deed: ReactionKind; readonly word: string }[] = [
  { deed: "continue", word: "go on" },
  { deed: "pause", word: "pause the schedule" },
  { deed: "halt-all", word: "halt everything" },
  { deed: "retry", word: "try again" },
];
interface OneProps {
  readonly verdict: ReactionFields;
  readonly reaction: Reaction;
  readonly problem: string | undefined;
  readonly onChange: (reaction: Reaction) => void;
}
const One = ({ verdict, reaction, problem, onChange }: OneProps) => {
  const id = useId();
  return (
    <div className="reaction">
      <label htmlFor={id}>{verdict}</label>
      <select
        id={id}
        value={reaction.deed}
        onChange={(event) => onChange({ ...reaction, deed: event.target.value as ReactionKind })}
      >
        {DEEDS.map(({ deed, word }) => (
          <option key={deed} value={deed}>
            {word}
          </option>
        ))}
      </select>
      {reaction.deed === "retry" && (
        <>
          <input
            aria-label={`${verdict}: how often at most`}
            inputMode="numeric"
            value={reaction.times}
            onChange={(event) => onChange({ ...reaction, times: event.target.value })}
          />
          <span>times, after</span>
          <input
            aria-label={`${verdict}: after how long, such as 10m`}
            value={reaction.wait}
            onChange={(event) => onChange({ ...reaction, wait: event.target.value })}
          />
        </>
      )}
      {problem !== undefined && <p className="problem">{problem}</p>}
    </div>
  );
};
interface ReactionsProps {
  readonly after: Fields["after"];
  readonly problems: Readonly<Record<string, string>>;
  readonly onChange: (after: Fields["after"]) => void;
}
export const Reactions = ({ after, problems, onChange }: ReactionsProps) => (
  <fieldset>
    <legend>When a run ends</legend>
    {REACTING.map((verdict) => (
      <One
        key={verdict}
        verdict={verdict}
        reaction={after[verdict]}
        problem={problems[verdict]}
        onChange={(reaction) => onChange({ ...after, [verdict]: reaction })}
      />
    ))}
  </fieldset>
);
