import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { STYLE } from "./style.ts";

const DASHBOARD = readFileSync(new URL("../../../web/style/base.css", import.meta.url), "utf8");
/** Custom properties of the first block that has some. */
const propertiesIn = (css: string): Readonly<Record<string, string>> => {
  const block = /\{([^{}]*--paper[^{}]*)\}/.exec(css)![1]!;
  return Object.fromEntries([...block.matchAll(/(--[\w-]+): ([^;]+);/g)].map(([, name, value]) => [name!, value!]));
};

it("has no colour, font or space that is not the dashboard's", () => {
  const dashboard = propertiesIn(DASHBOARD);
  const own = Object.entries(propertiesIn(STYLE));
  expect(own.length).toBeGreaterThan(15);
  expect(own.filter(([name, value]) => dashboard[name] !== value)).toEqual([]);
});

it("uses each that it defines, and none that it does not", () => {
  const used = new Set([...STYLE.matchAll(/var\((--[\w-]+)\)/g)].map(([, name]) => name!));
  expect([...used].toSorted()).toEqual(Object.keys(propertiesIn(STYLE)).toSorted());
});
