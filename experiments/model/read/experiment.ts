/** Reads an Experiment file, or data, into the model. */
import { annotationIssues } from "../form/annotations.ts";
import { toExperiment } from "../form/build.ts";
import { evidenceIssues } from "../form/evidence-rules.ts";
import { experimentFile } from "../form/experiment.ts";
import { experimentIssues } from "../form/experiment-rules.ts";
import { reader } from "./reader.ts";

export const {
  read: readExperiment,
  parse: parseExperiment,
  validate: validateExperiment,
} = reader({
  noun: "experiment",
  form: experimentFile,
  rules: (value) => [...experimentIssues(value), ...annotationIssues(value)],
  toModel: toExperiment,
  modelRules: evidenceIssues,
});
