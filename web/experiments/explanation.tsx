/** Explanation of the run in plain sentences: the output of `squall explain FILE`. */
import { useMemo } from "react";
import { explainExperiment } from "../../experiments/model/explain/experiment.ts";
import type { Reading } from "./text/reading.ts";

const WARNING = "Warning:";
export const Explanation = ({ reading: { experiment, mesh, problems } }: { readonly reading: Reading }) => {
  const sentences = useMemo(
    () => (experiment === null ? [] : explainExperiment(experiment, mesh ?? undefined)),
    [experiment, mesh],
  );
  if (experiment === null)
    return (
      <p className="small">
        {problems.length > 0
          ? "Fix the problems below the editor to see the explanation here."
          : "A variable without a value keeps it from being explained: give it a default."}
      </p>
    );
  const warnings = sentences.filter((sentence) => sentence.startsWith(WARNING));
  return (
    <>
      <ul className="sentences">
        {sentences
          .filter((sentence) => !sentence.startsWith(WARNING))
          .map((sentence) => (
            <li key={sentence}>{sentence}</li>
          ))}
      </ul>
      {warnings.length > 0 && (
        <ul className="warnings" aria-label="Warnings">
          {warnings.map((warning) => (
            <li key={warning}>{warning}</li>
          ))}
        </ul>
      )}
    </>
  );
};
