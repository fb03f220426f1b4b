// The end of the loader while the bundle is compiled (`compile.mjs`): each process keeps the code of all functions that
// it has compiled, where that is more than was kept before.
import { mkdirSync, renameSync, statSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { isMainThread, threadId } from "node:worker_threads";

const keep = () => {
  for (const [name, { script, source }] of scripts) {
    const code = script.createCachedData();
    const path = join(CODE, name);
    if (HEAD_BYTES + code.length <= (statSync(path, { throwIfNoEntry: false })?.size ?? 0)) continue;
    const head = Buffer.alloc(HEAD_BYTES);
    head.writeUInt32LE(crc32(source), 0);
    head.writeUInt32LE(crc32(code), 4);
    // Processes keep code at the same time, and others read it.
    const part = `${path}.${process.pid}-${threadId}`;
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(part, Buffer.concat([head, code]));
    renameSync(part, path);
  }
};
process.on("exit", keep);
// A thread is ended from outside, without an exit of its own.
if (!isMainThread) setInterval(keep, 250).unref();
