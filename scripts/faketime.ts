/** Finds or installs libfaketime, for the tests that run servers with other clocks than the database. */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { installPackages, mayInstall, type Program, program } from "./programs.ts";

/** Debian has a folder for each architecture. */
const FOLDERS = ["/usr/lib", "/usr/local/lib", "/usr/lib64"];
const below = (folder: string): string[] =>
  existsSync(folder) ? ["", ...readdirSync(folder)].map((name) => join(folder, name, "faketime/libfaketime.so.1")) : [];

/** $SQUALL_FAKETIME, or the system's library; null: neither is there. */
export const findFaketime = (): string | null =>
  [process.env.SQUALL_FAKETIME ?? "", ...FOLDERS.flatMap(below)].find((file) => file !== "" && existsSync(file)) ??
  null;

/** The system's installation is the only place of the library. */
export const FAKETIME: Program = {
  ...program("libfaketime", "faketime", "libfaketime"),
  find: findFaketime,
  install: () => mayInstall() && installPackages("libfaketime"),
};
