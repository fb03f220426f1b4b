/** Test certificate authority and the certificates it signs: made by the machine's openssl, deleted with the folder. */
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "vitest";
import { OPENSSL } from "../../scripts/needs.ts";
import { lackOf } from "../../scripts/programs.ts";
import { needing } from "../needing.ts";

/** Tests that need certificates are skipped without openssl. */
export const itByOpenssl = needing(it, lackOf(OPENSSL));
export const describeByOpenssl = needing(describe, lackOf(OPENSSL));

export interface Pair {
  readonly cert: string;
  readonly key: string;
  readonly certFile: string;
  readonly keyFile: string;
}
const openssl = (...args: readonly string[]) => execFileSync("openssl", args, { stdio: "ignore" });
const EC = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
const pairIn = (folder: string, name: string) => {
  const [certFile, keyFile] = [join(folder, `${name}.pem`), join(folder, `${name}.key`)];
  return {
    certFile,
    keyFile,
    read: () => ({ certFile, keyFile, cert: readFileSync(certFile, "utf8"), key: readFileSync(keyFile, "utf8") }),
  };
};

export const newAuthority = (folder: string, name: string): Pair => {
  const { certFile, keyFile, read } = pairIn(folder, name);
  openssl("req", "-x509", ...EC, "-days", "2", "-subj", `/CN=${name}`, "-keyout", keyFile, "-out", certFile);
  return read();
};
/** Certificate for 127.0.0.1 and localhost, valid for servers and clients. */
export const signedBy = (authority: Pair, folder: string, name: string): Pair => {
  const { certFile, keyFile, read } = pairIn(folder, name);
  const [request, names] = [join(folder, `${name}.csr`), join(folder, `${name}.ext`)];
  writeFileSync(names, "subjectAltName=IP:127.0.0.1,DNS:localhost\nextendedKeyUsage=serverAuth,clientAuth\n");
  openssl("req", ...EC, "-subj", `/CN=${name}`, "-keyout", keyFile, "-out", request);
  openssl(
    ...["x509", "-req", "-in", request, "-CA", authority.certFile, "-CAkey", authority.keyFile, "-CAcreateserial"],
    ...["-days", "2", "-extfile", names, "-out", certFile],
  );
  return read();
};
