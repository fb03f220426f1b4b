/** Completeness of docs/verdicts.md: every verdict, every reason word under the right verdict, and no other word. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { REASON_DOCS, VERDICT_MEANS } from "../experiments/model/explain/verdict-docs.ts";
import { EXIT } from "../experiments/model/verdict/exit-code.ts";
import { VERDICT_OF } from "../experiments/model/verdict/verdict.ts";

const TEXT = readFileSync(join(import.meta.dirname, "../docs/verdicts.md"), "utf8");
/** Section title → reason words of the section's table, each with meaning and remedy. */
const SECTIONS = new Map(
  TEXT.split(/^## /m)
    .slice(1)
    .map((section) => [
      section.split("\n", 1)[0]!,
      [...section.matchAll(/^\| `([a-z-]+)` \| (.+) \| (.+) \|$/gm)].map(([, word, means, remedy]) => ({
        ...{ word: word!, means: means!, remedy: remedy! },
      })),
    ]),
);
const wordsOf = (verdict: string | null): string[] =>
  Object.entries(VERDICT_OF).flatMap(([word, of]) => (of === verdict ? [word] : []));

describe("docs/verdicts.md", () => {
  it.each(Object.entries(EXIT))("has %s with its exit code %i and exactly its words", (verdict, code) => {
    const rows = SECTIONS.get(`${verdict}, exit code ${code}`);
    expect(rows?.map(({ word }) => word).sort()).toEqual(wordsOf(verdict).sort());
  });
  it("has the words of a run that judges nothing", () => {
    expect(
      SECTIONS.get("No verdict")
        ?.map(({ word }) => word)
        .sort(),
    ).toEqual(wordsOf(null).sort());
  });
  it("says of each word what it means and what to do", () => {
    for (const { word, means, remedy } of [...SECTIONS.values()].flat())
      expect([word, means.length > 10, remedy.length > 3]).toEqual([word, true, true]);
  });
  it("says what `squall explain` says of each word", () => {
    const rows = [...SECTIONS.values()].flat().map(({ word, means, remedy }) => [word, { means, remedy }]);
    expect(Object.fromEntries(rows)).toEqual(REASON_DOCS);
  });
  it("says what `squall explain` says of each verdict", () => {
    // A line break within a paragraph becomes a space.
    const text = TEXT.replace(/(?<!\n)\n(?!\n)/g, " ");
    for (const [verdict, means] of Object.entries(VERDICT_MEANS)) {
      const code = EXIT[verdict as keyof typeof EXIT];
      expect(text).toContain(`## ${verdict}, exit code ${code}\n\n${means}`);
    }
  });
});
