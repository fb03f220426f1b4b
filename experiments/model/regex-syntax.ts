/** Text of a regular expression → its tree: the part of JavaScript's syntax that needs no backtracking. */

export type Test = (code: number) => boolean;
export type Node =
  | { readonly is: "test"; readonly test: Test }
  | { readonly is: "start" | "end" }
  | { readonly is: "sequence" | "either"; readonly of: readonly Node[] }
  | { readonly is: "repeat"; readonly of: Node; readonly least: number; readonly most: number };

/** Throws a sentence that names what is not understood and where. */
export const parseRegex = (source: string): Node => new Parser(source).parse();

const between =
  (first: string, last: string): Test =>
  (code) =>
    code >= first.charCodeAt(0) && code <= last.charCodeAt(0);
const any =
  (...tests: readonly Test[]): Test =>
  (code) =>
    tests.some((test) => test(code));
const not =
  (test: Test): Test =>
  (code) =>
    !test(code);
const just = (character: string): Test => between(character, character);

const digit = between("0", "9");
const word = any(digit, between("a", "z"), between("A", "Z"), just("_"));
const space = any(between("\t", "\r"), just(" "), just("\u00a0"), just("\ufeff"));
const lineEnd = any(just("\n"), just("\r"), just("\u2028"), just("\u2029"));
const CLASSES: Readonly<Record<string, Test>> = {
  d: digit,
  D: not(digit),
  w: word,
  W: not(word),
  s: space,
  S: not(space),
};
const CONTROLS: Readonly<Record<string, string>> = { t: "\t", n: "\n", r: "\r", f: "\f", v: "\v", "0": "\0" };

class Parser {
  readonly #source: string;
  #at = 0;

  constructor(source: string) {
    this.#source = source;
  }
  parse(): Node {
    const node = this.#either();
    if (this.#at < this.#source.length) this.#fail("a ) without its (");
    return node;
  }
  #either(): Node {
    const of = [this.#sequence()];
    while (this.#takes("|")) of.push(this.#sequence());
    return { is: "either", of };
  }
  #sequence(): Node {
    const of: Node[] = [];
    while (this.#at < this.#source.length && !"|)".includes(this.#source[this.#at]!)) of.push(this.#repeated());
    return { is: "sequence", of };
  }
  #repeated(): Node {
    const of = this.#atom();
    const [least, most] = this.#count();
    if (least === 1 && most === 1) return of;
    // Lazy or greedy is the same where only a whole match counts.
    this.#takes("?");
    if ("*+?{".includes(this.#source[this.#at] ?? " ")) this.#fail("two repeats in a row");
    return { is: "repeat", of, least, most };
  }
  #count(): readonly [number, number] {
    if (this.#takes("*")) return [0, Number.POSITIVE_INFINITY];
    if (this.#takes("+")) return [1, Number.POSITIVE_INFINITY];
    if (this.#takes("?")) return [0, 1];
    const [all, least, comma, most] = /^\{(\d{1,4})(,?)(\d{0,4})\}/.exec(this.#source.slice(this.#at)) ?? [];
    if (all === undefined) return [1, 1];
    this.#at += all.length;
    const high = comma === "" ? Number(least) : most === "" ? Number.POSITIVE_INFINITY : Number(most);
    if (high < Number(least)) this.#fail("a count whose end is below its start");
    return [Number(least), high];
  }
  #atom(): Node {
    const character = this.#source[this.#at++]!;
    switch (character) {
      case "(":
        return this.#group();
      case "[":
        return { is: "test", test: this.#set() };
      case ".":
        return { is: "test", test: not(lineEnd) };
      case "^":
        return { is: "start" };
      case "$":
        return { is: "end" };
      case "\\":
        return { is: "test", test: this.#escape() };
      case "*":
      case "+":
      case "?":
      case "{":
        return this.#fail(`a "${character}" with nothing before it to repeat (write \\${character} for itself)`);
      default:
        return { is: "test", test: just(character) };
    }
  }
  #group(): Node {
    if (this.#takes("?") && !this.#takes(":")) this.#fail("look-around or a named group; write (…) or (?:…)");
    const node = this.#either();
    if (!this.#takes(")")) this.#fail("a ( without its )");
    return node;
  }
  #escape(): Test {
    const character = this.#source[this.#at++];
    if (character === undefined) return this.#fail("a \\ at the end");
    const known = CLASSES[character];
    return known ?? just(this.#escaped(character));
  }
  #escaped(character: string): string {
    const digits = { x: 2, u: 4 }[character];
    if (digits !== undefined) {
      const hex = this.#source.slice(this.#at, this.#at + digits);
      if (!new RegExp(`^[0-9a-fA-F]{${digits}}$`).test(hex)) this.#fail(`\\${character} without ${digits} hex digits`);
      this.#at += digits;
      return String.fromCharCode(Number.parseInt(hex, 16));
    }
    const control = CONTROLS[character];
    if (control !== undefined) return control;
    if (/[a-zA-Z1-9]/.test(character)) this.#fail(`\\${character}, which is not supported`);
    return character;
  }
  #set(): Test {
    const negated = this.#takes("^");
    const tests: Test[] = [];
    while (!this.#takes("]")) {
      if (this.#at >= this.#source.length) this.#fail("a [ without its ]");
      const first = this.#member();
      const ranges = this.#source[this.#at] === "-" && !["]", undefined].includes(this.#source[this.#at + 1]);
      if (!ranges) {
        tests.push(typeof first === "string" ? just(first) : first);
        continue;
      }
      this.#at++;
      const last = this.#member();
      if (typeof first !== "string" || typeof last !== "string" || last < first)
        return this.#fail("a range out of order");
      tests.push(between(first, last));
    }
    return negated ? not(any(...tests)) : any(...tests);
  }
  #member(): string | Test {
    const character = this.#source[this.#at++]!;
    if (character !== "\\") return character;
    const escaped = this.#source[this.#at++];
    if (escaped === undefined) return this.#fail("a \\ at the end");
    return CLASSES[escaped] ?? this.#escaped(escaped);
  }
  #takes(character: string): boolean {
    if (this.#source[this.#at] !== character) return false;
    this.#at++;
    return true;
  }
  #fail(what: string): never {
    throw new Error(`the regular expression ${JSON.stringify(this.#source)} has ${what}, near character ${this.#at}`);
  }
}
