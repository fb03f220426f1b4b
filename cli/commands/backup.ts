/** `squall backup`: all data that a server stores, as of a single moment, to a file that only the owner can read. */
import { createWriteStream } from "node:fs";
import { link, rename, rm } from "node:fs/promises";
import { resolve } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { Command } from "../context.ts";
import { CommandError, UNREACHABLE, usage } from "../exit.ts";
import { STDIN } from "../files/collect.ts";
import { plainMessage } from "../output.ts";
import { openServer, type ServerOptions } from "../session/target.ts";
import { formatBytes } from "../terminal/forms.ts";

export interface BackupOptions extends ServerOptions {
  readonly force?: boolean;
}
/**
 * Passes the stream on, and checks for the end marker of a backup: a server that dies in the middle closes the stream
 * too.
 */
const watched = (body: ReadableStream<Uint8Array>) => {
  let bytes = 0;
  let tail = Buffer.alloc(0);
  async function* pass() {
    for await (const chunk of body) {
      bytes += chunk.byteLength;
      tail = Buffer.concat([tail, chunk]).subarray(-LONGEST_END);
      yield chunk;
    }
    const lines = tail.toString("utf8").trimEnd().split("\n");
    if (!lines.at(-1)!.startsWith('{"end":true'))
      throw new CommandError(UNREACHABLE, `the backup broke off after ${formatBytes(bytes)}: it has no end`);
  }
  return { pass: () => Readable.from(pass()), bytes: () => bytes };
};
const LONGEST_END = 1_024;

export const backup: Command<BackupOptions, [file: string]> = async (context, options, file) => {
  const { cwd, output } = context;
  const client = await openServer(context, options);
  const stream = watched(await client.stream("GET /api/v1/backup"));
  if (file === STDIN) {
    await pipeline(stream.pass(), process.stdout, { end: false });
    return 0;
  }
  const path = resolve(cwd, file);
  const draft = `${path}.part`;
  try {
    await pipeline(stream.pass(), createWriteStream(draft, { mode: 0o600, flags: "wx" })).catch(fileProblem(draft));
    // `link` fails where a file exists; `rename` replaces the file.
    if (options.force === true) await rename(draft, path);
    else await link(draft, path).catch(fileProblem(file));
  } finally {
    if (options.force !== true) await rm(draft, { force: true });
  }
  output.err(plainMessage(`${file}: ${formatBytes(stream.bytes())}; \`squall verify ${file}\` checks it`));
  return 0;
};
const fileProblem =
  (file: string) =>
  (error: NodeJS.ErrnoException): never => {
    if (error.code === "EEXIST") throw usage(`${file} is there already; take it away, or give --force`);
    if (error.code === undefined || error instanceof CommandError) throw error;
    throw usage(`${file}: cannot be written (${error.code})`);
  };
