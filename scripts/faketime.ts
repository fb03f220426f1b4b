/** libfaketime for the tests whose servers have other clocks than their database. */
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

/** The library lies where the system has it, and nowhere else. */
export const FAKETIME: Program = {
  ...program("libfaketime", "faketime", "libfaketime"),
  find: findFaketime,
  install: () => mayInstall() && installPackages("libfaketime"),
};
