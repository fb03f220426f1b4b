/** Folders, made if missing, in bounded time on every file system. */
import { existsSync, mkdirSync, statSync } from "node:fs";
import { dirname } from "node:path";

const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
/** Throws the system's error, unless the folder exists: another process may make the same folder. */
const makeOne = (path: string, mode: number): void => {
  try {
    mkdirSync(path, { mode });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST" || !isFolder(path)) throw error;
  }
};

/**
 * Makes the folder and all missing parents; throws the system's error where that fails. Node's recursive `mkdir` takes
 * ENOENT for "the parent is missing" and retries forever below `/proc`, where the parent exists.
 */
export const makeFolder = (path: string, mode = 0o777): void => {
  if (isFolder(path)) return;
  const parent = dirname(path);
  if (parent !== path && !existsSync(parent)) makeFolder(parent, mode);
  makeOne(path, mode);
};
