/** Reads a file that holds a secret: refused where others could read it too. Links are followed to what is really read. */
import { closeSync, fstatSync, openSync, readFileSync } from "node:fs";
import { secretProblem } from "../../experiments/model/secret-mode.ts";

/** Others than its owner may read or change it. */
export class ExposedSecretError extends Error {
  override readonly name = "OpenSecret";
}
/** Modes mean nothing there. */
const HAS_MODES = process.platform !== "win32";

/** Its text. Throws OpenSecret, or what the system says. The very file that was looked at is read. */
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
