import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { expect, it } from "vitest";
import { classifyFailure, isTransient } from "./database-failure.ts";

const require = createRequire(import.meta.url);
const pg = dirname(require.resolve("pg/package.json"));
const pool = require.resolve("pg-pool");

/** Errors that the driver raises by itself without a code, other than for misuse of the driver's functions. */
const MISUSE =
  /already been connected|not supported|already been released|after calling end|more than once|unexpected condition/;
/** Permanent errors, which no retry can pass. */
const FOR_GOOD = /does not support SSL/;
const made = [join(pg, "lib/client.js"), join(pg, "lib/connection.js"), pool]
  .flatMap((file) => [...readFileSync(file, "utf8").matchAll(/new Error\('([^']+)'/g)])
  .map(([, message]) => message!)
  .filter((message) => !MISUSE.test(message) && !FOR_GOOD.test(message));

it("takes each error of the driver's own about a connection for trouble that may pass", () => {
  expect(made.length).toBeGreaterThan(8);
  for (const message of made) {
    const error = new Error(message);
    expect([message, classifyFailure(error), isTransient(error)]).toEqual([message, "unavailable", true]);
  }
});
it("takes no error of the server's own for trouble of the database", () => {
  for (const message of ["undefined is not a function", "a Connection terminated"])
    expect(classifyFailure(new Error(message))).toBeNull();
});
