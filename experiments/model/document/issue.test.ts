import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type FileIssue, formatIssue, formatPath, quote } from "./issue.ts";

const problem: FileIssue = {
  file: "slow.yaml",
  line: 12,
  column: 7,
  path: ["spec", "faults", 0, "latncy"],
  message: 'unknown key "latncy"',
  suggestion: "latency",
  excerpt: "      latncy: { delay: 2s }",
};

describe("formatProblem", () => {
  it("says where, what, and what was perhaps meant, with a caret under the place", () => {
    expect(formatIssue(problem)).toBe(
      [
        'slow.yaml:12:7: unknown key "latncy"; did you mean `latency`?',
        "   12 |       latncy: { delay: 2s }",
        "      |       ^",
      ].join("\n"),
    );
  });

  it("shows the part of a long line that matters", () => {
    const excerpt = `${"a".repeat(500)}HERE${"b".repeat(500)}`;
    const [, line, caret] = formatIssue({ ...problem, column: 501, excerpt }).split("\n");
    expect(line!.length).toBeLessThan(130);
    expect(line!.slice(caret!.indexOf("^")).startsWith("HERE")).toBe(true);
  });

  it("keeps the caret in place behind tabs", () => {
    const [, line, caret] = formatIssue({ ...problem, column: 3, excerpt: "\t\tx: 1" }).split("\n");
    expect(line![caret!.indexOf("^")]).toBe("x");
  });

  it("lets nothing of a file reach the terminal but printable characters", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.nat(200), (text, column) => {
        const hostile = { ...problem, file: text, message: text, suggestion: text, excerpt: text, column: column + 1 };
        // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there
        return !/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/.test(formatIssue(hostile));
      }),
    );
  });

  it("paints only when asked to", () => {
    expect(formatIssue(problem)).not.toContain("\u001b");
    expect(formatIssue(problem, { color: true })).toContain("\u001b[31m");
  });
});

describe("small words", () => {
  it("writes paths as people do", () => {
    expect(formatPath(["spec", "faults", 0, "match", "headers", "x y"])).toBe('spec.faults[0].match.headers["x y"]');
  });

  it("quotes values shortly", () => {
    expect([quote("a"), quote(1), quote(null), quote([]), quote({}), quote(undefined)]).toEqual([
      '"a"',
      "1",
      "null",
      "a list",
      "a map",
      "nothing",
    ]);
    expect(quote("x".repeat(100)).length).toBeLessThan(70);
  });
});
