/** Reads a Policy file, or data, into the model. */
import { annotationIssues } from "../form/annotations.ts";
import { policyFile, toPolicy } from "../form/policy.ts";
import { policyIssues } from "../form/policy-rules.ts";
import { reader } from "./reader.ts";

export const { read: readPolicy, parse: parsePolicy } = reader({
  noun: "policy",
  form: policyFile,
  rules: (value) => [...policyIssues(value), ...annotationIssues(value)],
  toModel: toPolicy,
});
