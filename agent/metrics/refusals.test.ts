import { expect, it } from "vitest";
import { Refusals } from "./refusals.ts";

it("counts every refusal by its code, and tells of a code at once, then once in ten seconds with the number", () => {
  let nowMs = 0;
  const lines: string[] = [];
  const refusals = new Refusals({ nowMs: () => nowMs }, (line) => lines.push(line));
  for (let i = 0; i < 100; i++) {
    nowMs = i * 200;
    refusals.add("refused", "connection refused");
  }
  refusals.add("tls", "the caller began TLS");
  expect(refusals.counts).toEqual([
    { code: "refused", count: 100 },
    { code: "tls", count: 1 },
  ]);
  expect(lines).toEqual([
    "refused (refused): connection refused",
    "refused (refused), 50 times in 10 s: connection refused",
    "refused (tls): the caller began TLS",
  ]);
});
