import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { json } from "../../experiments/report/escape/json.ts";
import { markdown } from "../../experiments/report/escape/markdown.ts";
import { terminal } from "../../experiments/report/escape/terminal.ts";
import { xml } from "../../experiments/report/escape/xml.ts";
import { HOSTILE } from "../../test/cli/hostile.ts";
import { workflowCommand } from "./workflow.ts";
import { yaml } from "./yaml.ts";

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this is about
const CONTROL = /[\u0000-\u001f\u007f-\u009f]/;
const INVISIBLE = /[\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]|\p{Cs}/u;

describe("text for a terminal", () => {
  it.each(HOSTILE)("is one line without a control or invisible character: %j", (text) => {
    expect(terminal(text)).not.toMatch(CONTROL);
    expect(terminal(text)).not.toMatch(INVISIBLE);
  });
  it("shows what was there instead of hiding it", () => {
    expect(terminal("\u001b[31mred\n\u202e")).toBe("\\u{001b}[31mred\\n\\u{202e}");
  });
  it("leaves ordinary names of any script alone", () => {
    expect(terminal("checkout → payments 支払い é 💸")).toBe("checkout → payments 支払い é 💸");
  });
  it("holds nothing that GitHub's runner takes for a command inside a line", () => {
    expect(terminal("x ##[add-mask]payments")).not.toContain("##[");
    expect(terminal("a reason that is wrapped before ::stop-commands::x")).not.toContain("::");
    expect(terminal("listens on [::1]:80")).toBe("listens on [::1]:80");
  });
});

describe("YAML for a terminal", () => {
  it.each(HOSTILE)("reads back as it was, and holds nothing that is obeyed: %j", async (text) => {
    const value = { reason: text, [`key ${text}`]: [text, 1, null] };
    const written = await yaml(value);
    expect(written.replaceAll("\n", "")).not.toMatch(CONTROL);
    expect(written).not.toMatch(INVISIBLE);
    expect(written).not.toMatch(/##\[|::(?=[A-Za-z])/);
    expect(parse(written)).toEqual(value);
  });
});

describe("text for a workflow command", () => {
  it.each(HOSTILE)("stays one command whatever it holds: %j", (text) => {
    const command = workflowCommand("error", { file: text, line: 3 }, text);
    expect(command).not.toMatch(/[\r\n]/);
    const [, properties, message] = /^::error file=([^:,]*),line=3::(.*)$/.exec(command) ?? [];
    expect(properties).toBeDefined();
    expect(decodeURIComponent(message!.replace(/%(?!25|0A|0D)/g, "%25"))).not.toMatch(INVISIBLE);
  });
  it("keeps the lines of a message", () => {
    expect(workflowCommand("error", { line: 1 }, "a\nb 5%")).toBe("::error line=1::a%0Ab 5%25");
  });
});

/** Escaped text as an XML parser decodes the text. */
const unescaped = (text: string) =>
  text
    .replace(/&#(\d+);/g, (_, code) => String.fromCodePoint(Number(code)))
    .replace(/&(lt|gt|quot|apos);/g, (_, name: "lt") => ({ lt: "<", gt: ">", quot: '"', apos: "'" })[name])
    .replaceAll("&amp;", "&");

describe("text for XML", () => {
  it.each(HOSTILE)("has no markup, and reads back as itself but for what XML cannot hold: %j", (text) => {
    expect(xml(text)).not.toMatch(/[<>"']|&(?!amp;|lt;|gt;|quot;|apos;|#\d+;)/);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this is about
    const holdable = text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Cs}/gu, "\ufffd");
    expect(unescaped(xml(text))).toBe(holdable);
  });
});

describe("text for Markdown", () => {
  it.each(HOSTILE)("has no live markup, HTML, link or mention: %j", (text) => {
    const escaped = markdown(text);
    expect(escaped).not.toMatch(CONTROL);
    expect(escaped.replace(/\\[\\`*_{}[\]()#+!|~$&\-=.:]/g, "").replace(/@&#8203;|&[lg]t;/g, "")).not.toMatch(
      /[`*_[\]<>|~@$]|&|:\/\/|www\./,
    );
  });
  it("reads as it was written where nothing is hostile", () => {
    expect(markdown("61 of 400 checkouts took over 500 ms; at most 4 may.")).toBe(
      "61 of 400 checkouts took over 500 ms; at most 4 may.",
    );
  });
});

describe("JSON", () => {
  it.each(HOSTILE)("reads back as itself and holds nothing that a terminal or runner obeys: %j", (text) => {
    const written = json({ [text]: text });
    expect(JSON.parse(written)).toEqual({ [text]: text });
    expect(written).not.toMatch(CONTROL);
    expect(written).not.toContain("##[");
  });
});
