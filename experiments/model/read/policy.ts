/** Reads a Policy file, or data, into its model. */
import { ofAnnotations } from "../form/annotations.ts";
import { policyFile, toPolicy } from "../form/policy.ts";
import { senseOfPolicy } from "../form/policy-sense.ts";
import { reader } from "./reader.ts";

export const { read: readPolicy, parse: parsePolicy } = reader({
  noun: "policy",
  form: policyFile,
  rules: (value) => [...senseOfPolicy(value), ...ofAnnotations(value)],
  toModel: toPolicy,
});
