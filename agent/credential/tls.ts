/** TLS files: how the agent verifies the server, and how the server identifies the agent beyond the token. */
import { readFileSync } from "node:fs";
import { ExposedSecretError, readSecret } from "./secret-file.ts";

/** PEM texts in the form of `tls.connect`. Absent: the system's authorities, and no client certificate. */
export interface Tls {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
}
export interface TlsFiles {
  readonly ca?: string | undefined;
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
}

/** Throws an error that names the faulty file. */
export const readTls = (files: TlsFiles): Tls => {
  if ((files.cert === undefined) !== (files.key === undefined))
    throw new Error("--cert and --key go together: a certificate is of no use without its key");
  const tls: Record<string, string> = {};
  for (const name of ["ca", "cert", "key"] as const) {
    const path = files[name];
    if (path === undefined) continue;
    try {
      tls[name] = name === "key" ? readSecret(path) : readFileSync(path, "utf8");
    } catch (error) {
      if (error instanceof ExposedSecretError) throw new Error(`--key: ${error.message}`);
      throw new Error(`--${name} ${path}: ${(error as Error).message}`);
    }
    if (!tls[name]!.includes("-----BEGIN ")) throw new Error(`--${name} ${path}: expected a file in PEM form`);
  }
  return tls;
};
