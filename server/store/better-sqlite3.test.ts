import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { driverFor, loadDriver } from "./better-sqlite3.ts";

const load = (error: Error) => () => {
  throw error;
};

describe("the SQLite driver", () => {
  it("is the one on Node-API from Node 22 on, and the one on V8's own interface before", () => {
    expect([20, 22, 24, 26].map(driverFor)).toEqual([
      "better-sqlite3-node20",
      "better-sqlite3",
      "better-sqlite3",
      "better-sqlite3",
    ]);
  });
  it("that is not there, or was built for another Node, is an error that says which, for which Node, and what to run", () => {
    expect(() => loadDriver("24.21.0", load(new Error("Cannot find module 'better-sqlite3'\nRequire stack:")))).toThrow(
      "its driver for Node 24.21.0 (package better-sqlite3) cannot be loaded: Cannot find module 'better-sqlite3'; " +
        "node_modules was perhaps installed by another version of Node: run `npm ci` with this one",
    );
  });
  it("whose native part does not load is found out at once, not by the first run", () => {
    class Broken {
      constructor() {
        throw new Error("was compiled against a different Node.js version");
      }
    }
    expect(() => loadDriver("20.19.0", () => Broken)).toThrow("package better-sqlite3-node20");
  });
  it("for Node 20 is not installed, and so not compiled, where Node is newer: the lockfile narrows its engines", () => {
    const lock = JSON.parse(readFileSync("package-lock.json", "utf8"));
    const enginesOf = (name: string) => lock.packages[`node_modules/${name}`].engines.node;
    // The package itself claims all versions. After npm has rewritten the lockfile, set the engines of this entry back.
    expect(enginesOf("better-sqlite3-node20")).toBe("20.x || 21.x");
    expect(enginesOf("better-sqlite3")).toBe(">=22");
  });
});
