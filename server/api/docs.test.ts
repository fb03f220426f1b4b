import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { api, type Route } from "../contract/index.ts";
import { ERRORS } from "../errors.ts";
import { ACCESS, type RouteAccess } from "./access.ts";

const PAGE = readFileSync(join(import.meta.dirname, "../../docs/api.md"), "utf8");
/** Rows of the table below a heading, cell by cell, without backticks around the first. */
const rowsBelow = (heading: string): readonly (readonly string[])[] => {
  const section = PAGE.split(`\n## ${heading}\n`)[1]?.split("\n## ")[0] ?? "";
  const lines = section.split("\n").filter((line) => line.startsWith("| `"));
  return lines.map((line) =>
    line
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim().replace(/^`(.*)`$/, "$1")),
  );
};
const needs = (access: RouteAccess) => (typeof access === "string" ? access : "operator; admin for Mesh and Policy");

describe("docs/api.md", () => {
  it("lists every error with its status and remedy, and no other", () => {
    const table = Object.entries(ERRORS).map(([code, { status, remedy }]) => [code, String(status), remedy]);
    expect(rowsBelow("Errors")).toEqual(table);
  });
  it("lists every route with what it needs and does, and no other", () => {
    const table = Object.entries(api as Record<string, Route>).map(([route, { summary }]) => [
      ...[route, needs(ACCESS[route as keyof typeof ACCESS]), summary],
    ]);
    expect(rowsBelow("Routes")).toEqual(table);
  });
});

describe("an error's remedy", () => {
  it("is a plain sentence that says what to do", () => {
    for (const { remedy } of Object.values(ERRORS)) expect(remedy).toMatch(/^[A-Z].*\.$/);
  });
});
