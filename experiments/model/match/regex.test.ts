import fc from "fast-check";
import { RE2JS } from "re2js";
import { describe, expect, it } from "vitest";
import { compileHotRegex, compileRegex, regexCost } from "./regex.ts";

const fits = (source: string, text: string) => compileRegex(source)(text);

describe("a regular expression", () => {
  const cases: readonly (readonly [string, readonly string[], readonly string[]])[] = [
    ["abc", ["abc"], ["", "ab", "abcd", "xabc"]],
    ["/users/\\d+", ["/users/1", "/users/99"], ["/users/", "/users/x", "/users/1/"]],
    ["a|b|", ["a", "b", ""], ["ab", "c"]],
    ["(?:ab)+c?", ["ab", "ababc"], ["c", "abcc", ""]],
    ["[a-c_-]*", ["", "a-b_c"], ["d"]],
    ["[^/]+\\.png", ["x.png"], ["a/x.png", ".png", "xpng"]],
    ["\\w{2,3}", ["ab", "a_1"], ["a", "abcd"]],
    ["x{2}y{1,}", ["xxy", "xxyyy"], ["xy", "xx"]],
    ["^/a$", ["/a"], ["/ab"]],
    [".*", ["", "anything"], ["a\nb"]],
    ["\\x41\\x{42}", ["AB"], ["ab"]],
    ["[\\d\\s]+", ["1 2"], ["a"]],
    ["a.c", ["abc"], ["ac"]],
  ];
  for (const [source, yes, no] of cases)
    it(`${source} fits as a whole what JavaScript fits as a whole`, () => {
      for (const text of yes) expect(fits(source, text), text).toBe(true);
      for (const text of no) expect(fits(source, text), text).toBe(false);
    });

  it("is RE2: flags, classes, code points, and no line ends for a dot", () => {
    expect(fits("(?i)ok", "OK")).toBe(true);
    expect(fits("(?i:straße)", "STRAßE")).toBe(true);
    expect(fits(".*", "a\nb")).toBe(false);
    expect(fits("(?s).*", "a\nb")).toBe(true);
    expect(fits("(?m)a$\\n^b", "a\nb")).toBe(true);
    expect(fits("a$", "a\n")).toBe(false);
    expect(fits(".", "😀")).toBe(true);
    expect(fits("\\p{Greek}+\\pL", "αβc")).toBe(true);
    expect(fits("[[:alpha:]]+", "abc")).toBe(true);
    expect(fits("(?P<year>\\d{4})", "2026")).toBe(true);
    expect(fits("\\Qa.b\\E+", "a.bb")).toBe(true);
    expect(fits("\\bword\\b", "word")).toBe(true);
    // ASCII classes, as in RE2.
    expect(fits("\\s", "\u00a0")).toBe(false);
    expect(fits("\\w", "é")).toBe(false);
  });

  it("agrees with JavaScript on random expressions and texts", () => {
    const atom = fc.constantFrom("a", "b", ".", "[ab]", "[^a]", "\\d", "(?:a|b)");
    const piece = fc.tuple(atom, fc.constantFrom("", "*", "+", "?", "{2}", "{1,2}")).map((parts) => parts.join(""));
    const branch = fc.array(piece, { maxLength: 4 }).map((parts) => parts.join(""));
    const source = fc.array(branch, { minLength: 1, maxLength: 3 }).map((parts) => parts.join("|"));
    const text = fc.array(fc.constantFrom("a", "b", "1"), { maxLength: 6 }).map((parts) => parts.join(""));
    fc.assert(
      fc.property(
        source,
        text,
        (written, given) => fits(written, given) === new RegExp(`^(?:${written})$`).test(given),
      ),
      { numRuns: 2_000 },
    );
  });

  it("that would make a backtracking engine hang is done in steps bounded by its size times the text's length", () => {
    // A backtracking engine would take 2^5000 steps: this test ends only with a linear engine.
    expect(fits("(a+)+b", "a".repeat(5_000))).toBe(false);
    expect(fits("(a|aa)*(a|aa)*b", "a".repeat(5_000))).toBe(false);
    expect(fits(".*.*.*=.*", "x".repeat(5_000))).toBe(false);
    expect(fits("(a*)*", "a".repeat(5_000))).toBe(true);
  });

  const refused: readonly (readonly [string, RegExp])[] = [
    ["(a", /missing closing \): a \( without its \)/],
    ["a)", /unexpected \): a \) without its \(/],
    ["[a", /missing closing ]/],
    ["*a", /near character 1 \("\*"\): nothing stands before it to repeat/],
    ["a**", /near character 2 \("\*\*"\): two repeats in a row/],
    ["x(?=a)", /near character 2 .*RE2 has no look-around/],
    ["(?<=a)", /RE2 has no look-around/],
    ["(a)\\1", /RE2 has no back references/],
    ["\\u0041", /no \\u; write \\x\{1F600}/],
    ["[b-a]", /a range out of order/],
    ["a{3,2}", /its end not below its start/],
    ["a\\", /write \\\\ for a backslash/],
    ["\\p{Klingon}", /a class that RE2 does not know/],
  ];
  for (const [source, why] of refused)
    it(`${source} is refused with a sentence that names the expression, the place and the way out`, () => {
      expect(() => compileRegex(source)).toThrow(why);
      expect(() => compileRegex(source)).toThrow(JSON.stringify(source));
    });

  const large: readonly string[] = [
    "((((){9999}){9999}){9999}){9999}",
    "((((){99}){99}){99}){99}",
    "(a{100}){100}",
    "(?:(?:a{9}){9}){9}(?:(?:b{9}){9}){9}",
    "(?i:\\pL){999}".repeat(19),
    `(?i)${"[a-\\x{10FFFF}]".repeat(16)}`,
    `(?i)[${"a-\\x{10FFFF}".repeat(20)}]`,
    `(?i)${"\\pL".repeat(84)}`,
    "(((((a?)?)?)?)?){999}",
    "[]{}(]{999}b{999}",
    "[^]]{999}b{999}",
    "\\Qa{\\Eb{999}c{999}",
    "[[:alpha:]()]{999}b{9}",
  ];
  for (const source of large)
    it(`${source.slice(0, 40)} is refused as too large before anything of it is compiled`, () => {
      expect(() => compileRegex(source)).toThrow(/is too large: at most 1000 states/);
    });
  it("of 256 characters is the longest", () => {
    expect(compileRegex("a".repeat(256))("a".repeat(256))).toBe(true);
    expect(() => compileRegex("(".repeat(100_000))).toThrow(/too long: 100000 characters, 256 at most/);
  });
  it("nested as deep as its length allows is compiled or refused, and overflows no stack", () => {
    expect(compileRegex(`${"(".repeat(127)}a${")".repeat(127)}`)("a")).toBe(true);
    expect(compileRegex(`${"(?:".repeat(50)}a${")*".repeat(50)}`)("aaa")).toBe(true);
  });
  it("costs what RE2 makes of it, never less: as many states as the package's program, but for a factor", () => {
    const piece = fc.constantFrom(
      ...[
        "a",
        ".",
        "[a-z]",
        "[^)]",
        "[(]",
        "[]a]",
        "\\d",
        "\\pL",
        "\\x{41}",
        "(a|b)",
        "(?:(?:ab){3})",
        "\\)",
        "(?i:k)",
      ],
    );
    const repeat = fc.constantFrom("", "*", "+?", "{2}", "{3,}", "{0,7}", "{20}");
    const source = fc
      .array(
        fc.tuple(piece, repeat).map((parts) => parts.join("")),
        { minLength: 1, maxLength: 6 },
      )
      .map((parts) => `(${parts.join("")}){3}`);
    fc.assert(
      fc.property(source, (written) => {
        const states = RE2JS.compile(written).programSize();
        expect(states).toBeLessThanOrEqual(3 * regexCost(written) + 10);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe("a regular expression for texts that anybody may send", () => {
  it("matches texts up to a length that falls with its states", () => {
    expect(compileHotRegex("[a-z]+").longest).toBeGreaterThan(8_192);
    expect(compileHotRegex(".*a.{900}").longest).toBeLessThan(1_000);
  });
});
