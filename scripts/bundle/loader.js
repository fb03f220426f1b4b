/**
 * Loader of the bundle: runs its chunks as scripts, with the code that V8 compiled when the bundle was built
 * (`compile.mjs`). Node 20 keeps no code of ES modules, and compiling was a third of the CPU of a short run. V8 refuses
 * code of another V8 or for other flags, but trusts the bytes: code with a flipped bit would crash, or act differently.
 */
import { isAscii } from "node:buffer";
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { Script } from "node:vm";
import { crc32 } from "node:zlib";

const require = createRequire(import.meta.url);
/** Folder of the code, by V8 and processor: a bundle may be started by another Node than built it. */
const CODE = join(import.meta.dirname, "code", `${process.versions.v8}-${process.arch}`);
const hasCode = existsSync(CODE);
/** Kept code: CRC-32 of the chunk's source and of the code, 4 bytes each, and the code. */
const HEAD_BYTES = 8;
const codeOf = (name, source) => {
  let kept;
  try {
    kept = readFileSync(join(CODE, name));
  } catch {
    return undefined;
  }
  if (kept.length <= HEAD_BYTES) return undefined;
  const code = kept.subarray(HEAD_BYTES);
  return kept.readUInt32LE(0) === crc32(source) && kept.readUInt32LE(4) === crc32(code) ? code : undefined;
};

/** A script with kept code has no `import()` of its own. Paths are absolute: they would be relative to this file. */
const importModule = (name) => import(name);

const scripts = new Map();
const loaded = new Map();
/** Returns the exports of a chunk, such as `cli/main`; of a chunk that awaits something while it loads, a promise. */
export const load = (name) => {
  if (loaded.has(name)) return loaded.get(name);
  const filename = join(import.meta.dirname, `${name}.cjs`);
  const source = readFileSync(filename);
  // V8 takes a byte for each character of most chunks. Regular expressions and tagged templates may have others.
  const script = new Script(isAscii(source) ? source.latin1Slice() : source.utf8Slice(), {
    filename,
    cachedData: hasCode ? codeOf(name, source) : undefined,
  });
  scripts.set(name, { script, source });
  const exports = script.runInThisContext()(require, load, importModule, import.meta);
  loaded.set(name, exports);
  return exports;
};
