import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { REDACTED, redact, redactedHead } from "./redact.ts";

const html = (text: string) =>
  text.replace(/[&<>"']/g, (character) => `&#${character.codePointAt(0)};`).replaceAll("a", "&#x61;");
/** Encodings in which texts may carry secrets. */
const ENCODINGS: Readonly<Record<string, (text: string) => string>> = {
  raw: (text) => text,
  url: encodeURIComponent,
  "lower case url": (text) => encodeURIComponent(text).replace(/%../g, (octet) => octet.toLowerCase()),
  "every byte": (text) => [...Buffer.from(text)].map((byte) => `%${byte.toString(16).padStart(2, "0")}`).join(""),
  form: (text) => new URLSearchParams({ k: text }).toString().slice(2),
  json: (text) => JSON.stringify(text).slice(1, -1),
  "json in json": (text) => JSON.stringify(JSON.stringify(text).slice(1, -1)).slice(1, -1),
  "json in a url": (text) => encodeURIComponent(JSON.stringify(text).slice(1, -1)),
  "escaped json": (text) =>
    [...text].map((c) => (c < "\u0080" ? `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}` : c)).join(""),
  html,
};
const secretText = fc
  .string({ unit: "grapheme-ascii", minLength: 8, maxLength: 40 })
  .filter((text) => !/[[\]]|redacted/.test(text) && new Set(text).size > 4);

describe("a secret is taken out by value", () => {
  for (const [name, encode] of Object.entries(ENCODINGS))
    it(`as ${name} writes it`, () => {
      fc.assert(
        fc.property(secretText, (secret) => {
          const clean = redact(`{"a":"${encode(secret)}"}`, [secret]);
          expect(clean).toBe(`{"a":"${REDACTED}"}`);
        }),
        { numRuns: 300 },
      );
    });
  it("also where encodings are mixed, where one contains the other, and where two overlap", () => {
    expect(redact("x hunter%32\\u0021 y", ["hunter2!"])).toBe(`x ${REDACTED} y`);
    expect(redact("a-secret-b", ["secret", "a-secret-b"])).toBe(REDACTED);
    expect(redact("abcabcab", ["abcab"])).toBe(REDACTED);
  });
  it("and the rest stays as it was written", () => {
    expect(redact("%41 &amp; \\n + ok", ["hunter2!"])).toBe("%41 &amp; \\n + ok");
    expect(redact({ "k%20hunter2!": ["hunter2!", 1] }, ["hunter2!"])).toEqual({ [`k%20${REDACTED}`]: [REDACTED, 1] });
  });
});

describe("what is cut is cut after its secrets are gone", () => {
  it("wherever a secret lies in the text and however it is written, no eight characters of it are left", () => {
    // A text that ends in half an escape is no encoder's.
    const text = fc.string({ unit: "grapheme-ascii", maxLength: 300 }).map((plain) => plain.replace(/[\\%&]/g, "."));
    const encode = fc.constantFrom(...Object.values(ENCODINGS));
    fc.assert(
      fc.property(
        secretText,
        text,
        text,
        encode,
        fc.integer({ min: 1, max: 400 }),
        (secret, before, after, as, most) => {
          const head = redactedHead(before + as(secret) + after, [secret], most);
          expect(head.length).toBeLessThanOrEqual(most + 1);
          const written = as(secret);
          for (let at = 0; at + 8 <= written.length; at++) {
            const part = written.slice(at, at + 8);
            if (!(before + after).includes(part)) expect(head).not.toContain(part);
          }
        },
      ),
      { numRuns: 2_000 },
    );
  });
  it("also where long secrets shrink and draw what follows them nearer", () => {
    const secret = "0123456789abcdef".repeat(64);
    expect(redactedHead(secret.repeat(100), [secret], 1_024)).not.toContain("0123456789");
  });
  it("and says that it was cut", () => {
    expect(redactedHead("abc", [], 3)).toBe("abc");
    expect(redactedHead("abcd", [], 3)).toBe("abc…");
  });
  it("in time that does not grow with a hostile text", () => {
    const secret = "a".repeat(2_000);
    const startMs = process.cpuUsage().user / 1_000;
    redactedHead("a".repeat(1_048_576), [secret, `${secret}b`], 1_024);
    redactedHead("\\".repeat(1_048_576), [`${"\\".repeat(40)}x`], 1_024);
    expect(process.cpuUsage().user / 1_000 - startMs).toBeLessThan(500);
  });
});
