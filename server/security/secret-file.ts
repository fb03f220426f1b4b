/**
 * Reads a file that holds a secret: refused where others could read the file too. Links are followed to the file really
 * read.
 */
import { closeSync, fstatSync, openSync, readFileSync } from "node:fs";
import { secretProblem } from "../../experiments/model/secrets/file-mode.ts";

/** The secret file can be read or changed by others than the owner. */
export class ExposedSecretError extends Error {
  override readonly name = "OpenSecret";
}
/** File modes have no meaning on Windows. */
const HAS_MODES = process.platform !== "win32";

/**
 * Returns the file's text. Throws ExposedSecretError, or the system's error. The checked file descriptor is the file
 * that is read.
 */
export const readSecret = (path: string): string => {
  const file = openSync(path, "r");
  try {
    const stat = fstatSync(file);
    const problem = HAS_MODES ? secretProblem(path, { mode: stat.mode, uid: stat.uid, isFile: stat.isFile() }) : null;
    if (problem !== null) throw new ExposedSecretError(problem);
    return readFileSync(file, "utf8");
  } finally {
    closeSync(file);
  }
};
