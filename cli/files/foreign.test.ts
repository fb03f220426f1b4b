import { describe, expect, it } from "vitest";
import { readDocuments } from "../../experiments/model/document/document.ts";
import { isForeignSource, passedOver } from "./foreign.ts";

const isPassedOver = (text: string, named = false) =>
  isForeignSource({ file: "x.yaml", text, directory: "/", named }, readDocuments(text, "x.yaml"));

describe("a file of a folder", () => {
  it.each([
    ["another tool's kind", "apiVersion: apps/v1\nkind: Deployment\n"],
    ["another tool's kind of our name", "apiVersion: argoproj.io/v1alpha1\nkind: Experiment\n"],
    ["a template that is no YAML", "kind: {{ .Values.kind }}\n  a: [\n"],
    ["what is no YAML to us, and runs our image", "services:\n  a: { image: squall }\n  b: { <<: *x }\n"],
    ["plain data", "replicas: 3\n"],
    ["nothing", ""],
  ])("is passed over where it holds %s, and not where it was named itself", (_, text) => {
    expect(isPassedOver(text)).toBe(true);
    expect(isPassedOver(text, true)).toBe(false);
  });
  it.each([
    ["an experiment", "apiVersion: squall.dev/v1\nkind: Experiment\n"],
    ["one without a version", "kind: Experiment\n"],
    ["one under a mistyped version", "apiVersion: squall/v1\nkind: Experiment\n"],
    ["one under a mistyped kind", "apiVersion: squall.dev/v1\nkind: Experimnt\n"],
    ["one that is no YAML", "apiVersion: squall.dev/v1\nkind: [\n"],
    ["one beside another tool's", "kind: Deployment\n---\napiVersion: squall.dev/v1\nkind: Mesh\n"],
  ])("is never passed over where it holds %s", (_, text) => {
    expect(isPassedOver(text)).toBe(false);
  });
  it("is named in one line, however many there are", () => {
    expect(passedOver([])).toBeNull();
    expect(passedOver(["a", "b", "c", "d", "e"])).toBe(
      "passed over, without a document of Squall's: a, b, c and 2 more",
    );
  });
});
