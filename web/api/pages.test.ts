import { describe, expect, it } from "vitest";
import { extended, merged, type Page, renewed } from "./pages.ts";

const placeOf = (item: string) => item.slice(0, 2);
const page = (items: string, next: string | null = null): Page<string> => ({
  items: items.split(" ").filter(Boolean),
  next,
});

describe("a list in pages", () => {
  it("keeps older pages while the first one is asked again", () => {
    const known = extended(page("05 04", "a"), page("03 02", "b"), placeOf);
    expect(renewed(known, page("06 05", "c"), placeOf)).toEqual(page("06 05 04 03 02", "b"));
  });
  it("shows what changed on the first page, and forgets what is gone from it", () => {
    const known = page("05 04 03 02", "b");
    expect(renewed(known, page("05now 03", "c"), placeOf)).toEqual(page("05now 03 02", "b"));
  });
  it("begins anew where so much came that something may be missing in between", () => {
    expect(renewed(page("05 04 03", "b"), page("09 08", "c"), placeOf)).toEqual(page("09 08", "c"));
  });
  it("knows everything once the first page is the last", () => {
    expect(renewed(page("05 04 03 02", "b"), page("05 03"), placeOf)).toEqual(page("05 03"));
    expect(renewed(page("05", null), page(""), placeOf)).toEqual(page(""));
  });
  it("shows nothing twice where a page overlaps what is known", () => {
    expect(extended(page("05 04 03", "a"), page("04 03 02", "b"), placeOf)).toEqual(page("05 04 03 02", "b"));
  });
});

describe("several lists as one", () => {
  it("are in one order, and nothing is there twice", () => {
    expect(merged([page("05 02"), page("04 02 01")], placeOf)).toEqual({
      items: ["05", "04", "02", "01"],
      behind: [],
    });
  });
  it("hide what lies beyond the end of one that goes on, and say which that is", () => {
    expect(merged([page("09 06", "a"), page("08 05 01")], placeOf)).toEqual({
      items: ["09", "08", "06"],
      behind: [0],
    });
  });
  it("show everything once each was read to its end", () => {
    expect(merged([page("09 06 03"), page("08 01")], placeOf).items).toEqual(["09", "08", "06", "03", "01"]);
  });
});
