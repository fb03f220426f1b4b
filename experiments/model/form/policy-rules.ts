/** Rules of a policy beyond well-formed fields. */

import type { Issue } from "../document/issue.ts";
import { fieldOf } from "../document/nodes.ts";
import { windowIssues } from "./window-rules.ts";

const RULES = ["allow", "protected", "windows", "freezes"];
const isEmpty = (given: unknown) => given === undefined || (Array.isArray(given) && given.length === 0);

const ofWho = (spec: unknown): Issue[] => {
  const who = fieldOf(spec, "who");
  if (typeof who !== "object" || who === null || !["roles", "tokens"].every((key) => isEmpty(fieldOf(who, key))))
    return [];
  return [
    { path: ["spec", "who"], message: "binds nobody: name `roles` or `tokens`, or leave `who` out for everybody" },
  ];
};

/** `value`: the document as written. */
export const policyIssues = (value: unknown): Issue[] => {
  const spec = fieldOf(value, "spec");
  const silent = typeof spec === "object" && spec !== null && RULES.every((key) => isEmpty(fieldOf(spec, key)));
  const nothing: Issue = {
    path: ["spec"],
    message: `says nothing: name one of ${RULES.map((rule) => `\`${rule}\``).join(", ")}`,
  };
  return [...(silent ? [nothing] : []), ...ofWho(spec), ...windowIssues(spec)];
};
