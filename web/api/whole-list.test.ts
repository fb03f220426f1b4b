import { describe, expect, it } from "vitest";
import { loadEveryPage } from "./whole-list.ts";

describe("a list of several pages", () => {
  it("is loaded to its end, by the cursor of each page, in order", async () => {
    const asked: (string | null)[] = [];
    const items = await loadEveryPage(async (cursor) => {
      asked.push(cursor);
      const first = Number(cursor ?? 0);
      return { items: [first, first + 1], next: first < 4 ? String(first + 2) : null };
    });
    expect(items).toEqual([0, 1, 2, 3, 4, 5]);
    expect(asked).toEqual([null, "2", "4"]);
  });
  it("fails as a whole where a page does not come", async () => {
    const load = async (cursor: string | null) => {
      if (cursor !== null) throw new Error("gone");
      return { items: [1], next: "2" };
    };
    await expect(loadEveryPage(load)).rejects.toThrow("gone");
  });
});
