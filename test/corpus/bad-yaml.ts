/** Texts that contain no data, or data that must be refused. */
export interface BadText {
  readonly name: string;
  readonly text: string;
  readonly says: readonly string[];
}
const laughs = (depth: number) =>
  [...Array(depth).keys()]
    .map(
      (i) =>
        `k${i}: &a${i} [${Array(6)
          .fill(i === 0 ? "ha" : `*a${i - 1}`)
          .join(", ")}]`,
    )
    .join("\n");

export const badTexts: readonly BadText[] = [
  { name: "nothing", text: "", says: ["1:1 holds no document"] },
  { name: "only comments", text: "# later\n---\n# later still\n", says: ["1:1 holds no document"] },
  {
    name: "a tab as indentation",
    text: "a:\n\t- b\n",
    says: ["2:1 not valid YAML: a tab indents this line: YAML is indented by spaces"],
  },
  { name: "an open quote", text: 'a: "b\n', says: ["1:4 not valid YAML: the double quote that begins here is never closed"] },
  {
    name: "an open bracket",
    text: "a: [b\n",
    says: ["1:4 not valid YAML: the `[` that begins here is never closed: end it with `]`"],
  },
  {
    name: "two values in one",
    text: "a: b: c\n",
    says: ['1:4 not valid YAML: a second `: ` in one line: put text in quotes, `a: "b: c"`, or a map in braces, `a: { b: c }`'],
  },
  { name: "a key twice", text: "a: 1\nb: 2\na: 3\n", says: ["3:1 the key `a` is written twice"] },
  { name: "a key twice, once in quotes", text: '200: 1\n"200": 2\n', says: ["2:1 the key `200` is written twice"] },
  {
    name: "a merge key",
    text: "a: &a { b: 1 }\nc: { <<: *a }\n",
    says: ["2:6 merge keys (`<<`) are not read: write the keys out"],
  },
  {
    name: "a key that reaches the prototype",
    text: "a: { __proto__: { b: 1 } }\n",
    says: ["1:6 the key `__proto__` is not allowed"],
  },
  {
    name: "the other two of them",
    text: "constructor: 1\nprototype: 2\n",
    says: ["1:1 the key `constructor` is not allowed", "2:1 the key `prototype` is not allowed"],
  },
  { name: "a list as a key", text: "? [a, b]\n: 1\n", says: ["1:3 a key must be plain text"] },
  { name: "an empty key", text: "? \n: 1\n", says: ["1:3 a key must be plain text"] },
  { name: "a number that is none", text: "a: .nan\n", says: ["1:4 .nan is no number to work with"] },
  {
    name: "a number that loses digits",
    text: "a: 12345678901234567890\n",
    says: ["1:4 a number this large loses digits: put it in quotes"],
  },
  { name: "a tag", text: "a: !!binary aGk=\n", says: ["1:4 not valid YAML: Unresolved tag: tag:yaml.org,2002:binary"] },
  {
    name: "a tag that runs code elsewhere",
    text: "a: !!js/function 'x'\n",
    says: ["1:4 not valid YAML: Unresolved tag: tag:yaml.org,2002:js/function"],
  },
  {
    name: "another YAML",
    text: "%YAML 1.1\n---\na: yes\n",
    says: ["1:1 YAML 1.1 is not read, only 1.2: take the %YAML line out"],
  },
  { name: "an alias of nothing", text: "a: *b\n", says: ['1:4 the alias *b stands for nothing; a text that begins with `*` needs quotes: "*b"'] },
  { name: "an alias of itself", text: "a: &a [*a]\n", says: ["1:8 the alias *a contains itself"] },
  { name: "a billion laughs", text: laughs(12), says: ["2:10 more than 100 aliases"] },
  {
    name: "a few aliases of much",
    text: `a: &a [${Array(500).fill("b").join(", ")}]\nc: [${Array(50).fill("*a").join(", ")}]\n`,
    says: ["1:1448 aliases that come to over 10000 values"],
  },
  {
    name: "many aliases",
    text: `a: &a b\nc: [${Array(200).fill("*a").join(", ")}]\n`,
    says: ["2:405 more than 100 aliases"],
  },
  { name: "deep nesting", text: `${"[".repeat(70)}${"]".repeat(70)}`, says: ["1:65 nested deeper than 64 levels"] },
  {
    name: "a text that is too long",
    text: `a: ${"b".repeat(2 ** 20)}`,
    says: ["1:1 longer than 1 MiB: an experiment or mesh is never that long"],
  },
];
