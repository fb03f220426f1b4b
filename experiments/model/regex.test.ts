import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compileRegex } from "./regex.ts";

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
    ["\\x41\\u0042", ["AB"], ["ab"]],
    ["[\\d\\s]+", ["1 2"], ["a"]],
    ["a.c", ["abc"], ["ac"]],
    ["a{b", [], []],
  ];
  for (const [source, yes, no] of cases.slice(0, -1))
    it(`${source} fits as a whole what JavaScript fits as a whole`, () => {
      for (const text of yes) expect(fits(source, text), text).toBe(true);
      for (const text of no) expect(fits(source, text), text).toBe(false);
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
    // 2^5000 steps for a backtracking engine: this test ends or it does not.
    expect(fits("(a+)+b", "a".repeat(5_000))).toBe(false);
    expect(fits("(a|aa)*(a|aa)*b", "a".repeat(5_000))).toBe(false);
    expect(fits(".*.*.*=.*", "x".repeat(5_000))).toBe(false);
    expect(fits("(a*)*", "a".repeat(5_000))).toBe(true);
  });

  const refused: readonly (readonly [string, RegExp])[] = [
    ["(a", /a \( without its \)/],
    ["a)", /a \) without its \(/],
    ["[a", /a \[ without its \]/],
    ["*a", /nothing before it to repeat/],
    ["a**", /two repeats in a row/],
    ["(?=a)", /look-around/],
    ["(a)\\1", /not supported/],
    ["\\bword", /not supported/],
    ["[b-a]", /range out of order/],
    ["a{3,2}", /end is below its start/],
    ["a\\", /at the end/],
    ["(a{100}){100}", /too large/],
  ];
  for (const [source, why] of refused)
    it(`${source} is refused with a sentence that names the place`, () => {
      expect(() => compileRegex(source)).toThrow(why);
      expect(() => compileRegex(source)).toThrow(JSON.stringify(source));
    });
});
