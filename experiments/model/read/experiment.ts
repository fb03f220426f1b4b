/** Reads an Experiment file, or data, into its model. */
import { ofAnnotations } from "../form/annotations.ts";
import { toExperiment } from "../form/build.ts";
import { experimentFile } from "../form/experiment.ts";
import { ofProof } from "../form/proof-sense.ts";
import { senseOf } from "../form/sense.ts";
import { reader } from "./reader.ts";

export const {
  read: readExperiment,
  parse: parseExperiment,
  validate: validateExperiment,
} = reader({
  noun: "experiment",
  form: experimentFile,
  rules: (value) => [...senseOf(value), ...ofAnnotations(value)],
  toModel: toExperiment,
  modelRules: ofProof,
});
