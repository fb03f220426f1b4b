import { isIP } from "node:net";
import fc from "fast-check";
import { expect, test } from "vitest";
import { ipVersion } from "./networks.ts";

const WRITTEN = [
  "::1",
  "fe80::1",
  "::",
  "1::2::3",
  "::ffff:1.2.3.4",
  "::ffff:01.2.3.4",
  "12345::",
  "0:0:0:0:0:0:0:0:0",
];
const OTHERS = [
  "127.0.0.1",
  "256.0.0.1",
  "01.2.3.4",
  "localhost",
  "",
  "a:b",
  " ::1",
  "::1\0",
  "::1\n",
  "::1.2.3",
  "[::1]",
];

test.each([...WRITTEN, ...OTHERS])("the version of %j is Node's", (text) => {
  expect(ipVersion(text)).toBe(isIP(text));
});

test("the version of any text without a zone is Node's", () => {
  const parts = fc.array(fc.constantFrom(...":::::.0129afgAF%/ x", "::", "ffff", "1.2.3.4"), { maxLength: 12 });
  const texts = fc.oneof(
    fc.ipV4(),
    fc.ipV6(),
    fc.string(),
    parts.map((each) => each.join("")),
  );
  fc.assert(
    fc.property(texts, (text) => ipVersion(text) === (text.includes("%") ? 0 : isIP(text))),
    { numRuns: 5_000 },
  );
});

test("an address with a zone is no address", () => {
  expect(ipVersion("fe80::1%eth0")).toBe(0);
});
