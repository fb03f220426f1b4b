/**
 * The SQLite driver for the running Node. better-sqlite3 13 is built on Node-API and needs Node 22; on Node 20 that
 * version crashes the process. better-sqlite3 12 is built on V8's own interface, and from Node 24.19 on version 12
 * aborts when driver objects are collected or the process exits (WiseLibs/better-sqlite3#1515). So each Node loads the
 * matching driver, and never the other.
 */
import { createRequire } from "node:module";
import type SQLite from "better-sqlite3";
import { DriverMismatch } from "./driver-mismatch.ts";

export type Database = SQLite.Database;

/**
 * Package name for a Node of this major version. Both packages are optional dependencies: npm installs the package
 * whose engines fit.
 */
export const driverFor = (nodeMajor: number): string => (nodeMajor >= 22 ? "better-sqlite3" : "better-sqlite3-node20");

/** Loads the driver by `load`; throws an error that names the cause and the command that repairs the installation. */
export const loadDriver = (nodeVersion: string, load: (name: string) => unknown): typeof SQLite => {
  const name = driverFor(Number(nodeVersion.split(".", 1)[0]));
  try {
    const driver = load(name) as typeof SQLite;
    // The native part is loaded by the first database that is opened.
    new driver(":memory:").close();
    return driver;
  } catch (error) {
    throw new DriverMismatch(
      `runs are kept in SQLite, and its driver for Node ${nodeVersion} (package ${name}) cannot be loaded: ` +
        `${(error as Error).message.split("\n", 1)[0]}; node_modules was perhaps installed by another version of Node: run \`npm ci\` with this one`,
    );
  }
};

// Loaded by require: a bundle must not contain native code, nor the name of a package that this Node lacks.
export const Sqlite: typeof SQLite = loadDriver(process.versions.node, createRequire(import.meta.url));
