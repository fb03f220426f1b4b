/**
 * Writes a tar archive (POSIX.1-1988 ustar) that is the same for the same entries: sorted by path, the same time for
 * all, owners by number. Written by hand since every tool needs root to set owners other than the current user.
 */
import { createHash } from "node:crypto";
import { closeSync, openSync, readFileSync, writeSync } from "node:fs";

export interface Entry {
  /** Absolute in the image: `/usr/local/bin/node`. */
  readonly path: string;
  readonly mode: number;
  /** User and group; absent: 0. */
  readonly owner?: number;
  /** A file of this machine, bytes, the target of a link, or null: a folder. */
  readonly from: { readonly file: string } | { readonly bytes: Buffer } | { readonly link: string } | null;
}

const BLOCK = 512;
const octal = (value: number, length: number): string => `${value.toString(8).padStart(length - 1, "0")}\0`;
/** A name of up to 100 bytes, with up to 155 in front of a `/`. */
const splitName = (name: string): readonly [prefix: string, name: string] => {
  if (Buffer.byteLength(name) <= 100) return ["", name];
  for (let slash = name.indexOf("/"); slash > 0; slash = name.indexOf("/", slash + 1)) {
    const [prefix, rest] = [name.slice(0, slash), name.slice(slash + 1)];
    if (Buffer.byteLength(prefix) <= 155 && Buffer.byteLength(rest) <= 100) return [prefix, rest];
  }
  throw new Error(`${name}: longer than a ustar archive can name`);
};
const headerOf = ({ path, mode, owner = 0, from }: Entry, size: number, epoch: number): Buffer => {
  const type = from === null ? "5" : "link" in from ? "2" : "0";
  const [prefix, name] = splitName(`${path.slice(1)}${from === null ? "/" : ""}`);
  const header = Buffer.alloc(BLOCK);
  const put = (at: number, text: string) => header.write(text, at, "utf8");
  put(0, name);
  put(100, octal(mode, 8));
  put(108, octal(owner, 8));
  put(116, octal(owner, 8));
  put(124, octal(size, 12));
  put(136, octal(epoch, 12));
  put(148, " ".repeat(8));
  put(156, type);
  if (from !== null && "link" in from) put(157, from.link);
  put(257, "ustar\u000000");
  put(345, prefix);
  const sum = header.reduce((total, byte) => total + byte, 0);
  put(148, `${sum.toString(8).padStart(6, "0")}\0 `);
  return header;
};
const bytesOf = ({ from }: Entry): Buffer => {
  if (from === null || "link" in from) return Buffer.alloc(0);
  return "bytes" in from ? from.bytes : readFileSync(from.file);
};
const byPath = (a: Entry, b: Entry): number => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0);

/** Folders above the entries that no entry names, of root and mode 0755. */
const withFolders = (entries: readonly Entry[]): readonly Entry[] => {
  const all = new Map(entries.map((entry) => [entry.path, entry]));
  for (const { path } of entries)
    for (let slash = path.lastIndexOf("/"); slash > 0; slash = path.lastIndexOf("/", slash - 1)) {
      const folder = path.slice(0, slash);
      if (!all.has(folder)) all.set(folder, { path: folder, mode: 0o755, from: null });
    }
  return [...all.values()];
};

/**
 * Writes the archive to `file`; returns its SHA-256 in hexadecimal. `epoch`: time of every entry, seconds since 1970.
 */
export const writeTar = (file: string, entries: readonly Entry[], epoch: number): string => {
  const descriptor = openSync(file, "w");
  const hash = createHash("sha256");
  const write = (bytes: Buffer) => {
    hash.update(bytes);
    for (let at = 0; at < bytes.length; ) at += writeSync(descriptor, bytes, at);
  };
  try {
    for (const entry of [...withFolders(entries)].sort(byPath)) {
      const bytes = bytesOf(entry);
      write(headerOf(entry, bytes.length, epoch));
      write(bytes);
      write(Buffer.alloc((BLOCK - (bytes.length % BLOCK)) % BLOCK));
    }
    write(Buffer.alloc(2 * BLOCK));
  } finally {
    closeSync(descriptor);
  }
  return hash.digest("hex");
};
