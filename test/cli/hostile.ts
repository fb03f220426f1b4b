/**
 * Names and reasons as an attacker, or a careless colleague, would write. Every escaper and every report is tested with
 * all these texts.
 */
export const HOSTILE: readonly string[] = [
  "\u001b[2J\u001b[31mred\u001b[0m",
  "\u009b31mC1",
  "bell\u0007back\b\b\bspace",
  "two\nlines\r\nand\rmore",
  "\n::error file=x.yaml::forged",
  "::stop-commands::x",
  "##[add-mask]payments",
  "%0A::warning::decoded",
  "\u202egnp.exe",
  "zero\u200bwidth\ufeff",
  "\u2028line separator\u2029",
  "nul\u0000byte",
  "lone \ud800 surrogate \udc00",
  "\ufffe\uffff",
  "\u{e0041}tag",
  "<script>alert(1)</script>",
  '"quotes\' & ampersands" ]]>',
  "<!-- comment --> <![CDATA[ x ]]>",
  "| pipe | table |\n|---|---|",
  "[link](javascript:alert(1)) ![img](https://evil.example/x.png)",
  "https://evil.example and www.evil.example",
  "@everyone and @octocat/team",
  "`code` ``` fence\n```\n# heading",
  "*bold* _under_ ~~strike~~ \\backslash",
  "<img src=x onerror=alert(1)>",
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a shell would expand it
  "$(rm -rf ~) `rm` ${HOME}",
  "$\\mathbf{math}$",
  "- list\n1. list\n> quote",
  "a".repeat(5_000),
  "支払い 💸 ́",
  "   ",
  "",
];
