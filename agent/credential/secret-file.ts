/**
 * Reads a file that holds a secret; refuses a file that others could read too. Links are followed to the file really
 * read.
 */
import { closeSync, fstatSync, openSync, readFileSync } from "node:fs";
import { secretProblem } from "../../experiments/model/secrets/file-mode.ts";

/** Users other than the file's owner may read or change the file. */
export class ExposedSecretError extends Error {
  override readonly name = "OpenSecret";
}
/** File modes have no meaning on Windows. */
const HAS_MODES = process.platform !== "win32";

/** Returns the file's text. Throws OpenSecret, or the system's error. Reads the very file whose mode was checked. */
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
