import { describe, expect, it } from "vitest";
import { ApiError } from "../errors.ts";
import { pageOf, writeCursor } from "./paging.ts";

const placeOf = (word: string) => word;
const walk = (all: () => readonly string[], limit: number) => {
  const pages: string[][] = [];
  for (let cursor: string | undefined; ; ) {
    const { items, next } = pageOf(all(), placeOf, { limit, cursor });
    pages.push([...items]);
    if (next === null) return pages;
    cursor = next;
  }
};

describe("a page", () => {
  it("follows on the one before, in the order of the places", () => {
    expect(walk(() => ["d", "b", "a", "e", "c"], 2)).toEqual([["a", "b"], ["c", "d"], ["e"]]);
    expect(walk(() => ["b", "a"], 2)).toEqual([["a", "b"]]);
    expect(walk(() => [], 2)).toEqual([[]]);
  });
  it("leaves nothing out and shows nothing twice when things come and go in between", () => {
    const lists = [
      ["a", "b", "c", "d"],
      ["c", "d", "e"],
      ["a", "d", "e", "f"],
    ];
    expect(walk(() => lists.shift() ?? ["f"], 2)).toEqual([
      ["a", "b"],
      ["c", "d"],
      ["e", "f"],
    ]);
  });
  it("is of this list: any other cursor is refused", () => {
    for (const cursor of ["x", "not base64url!", "a==", writeCursor("\0")])
      expect(() => pageOf(["a"], placeOf, { limit: 1, cursor })).toThrow(ApiError);
  });
});
