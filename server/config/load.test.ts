import { execFileSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ConfigValues } from "./form.ts";
import { loadConfig } from "./load.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "squall-config-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const load = (configured: Partial<ConfigValues>, environment = {}) =>
  loadConfig({ listen: "127.0.0.1:0", ...configured } as ConfigValues, {
    environment,
    tokenPath: join(folder, "state/admin-token"),
  });
const good = (...given: Parameters<typeof load>) => {
  const loaded = load(...given);
  if ("problems" in loaded) throw new Error(loaded.problems.join("\n"));
  return loaded;
};
const problems = (...given: Parameters<typeof load>) => {
  const loaded = load(...given);
  return "problems" in loaded ? loaded.problems : [];
};

describe("the first administrator's token", () => {
  it("is made once, for its owner alone, and is the same at the next start", () => {
    const { token } = good({});
    expect(token).toMatch(/^[0-9a-f]{64}$/);
    const path = join(folder, "state/admin-token");
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readFileSync(path, "utf8").trim()).toBe(token);
    expect(good({}).token).toBe(token);
  });
  it("is not taken from a file that others can read, nor from one with too little in it", () => {
    const tokenFile = join(folder, "token");
    writeFileSync(tokenFile, "0123456789abcdef0123\n", { mode: 0o600 });
    expect(good({ tokenFile }).token).toBe("0123456789abcdef0123");
    chmodSync(tokenFile, 0o644);
    expect(problems({ tokenFile })).toEqual([expect.stringContaining(`chmod 600 ${tokenFile}`)]);
    writeFileSync(tokenFile, "short\n");
    chmodSync(tokenFile, 0o600);
    expect(problems({ tokenFile })).toEqual([expect.stringContaining("holds no token")]);
  });
});

describe("certificates", () => {
  const pem = (name: string) => {
    const [key, cert] = [join(folder, `${name}.key`), join(folder, `${name}.pem`)];
    execFileSync(
      "openssl",
      [
        ...["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"],
        ...["-subj", "/CN=localhost", "-keyout", key, "-out", cert],
      ],
      { stdio: "ignore" },
    );
    return { key, cert };
  };
  it("are read, and refused with every problem when they are not there or do not belong together", () => {
    const [one, other] = [pem("one"), pem("other")];
    expect(good({ tls: one }).tls).toMatchObject({
      cert: expect.stringContaining("BEGIN CERTIFICATE"),
      clientCa: null,
    });
    expect(good({ tls: { ...one, clientCa: other.cert } }).tls?.clientCa).toContain("BEGIN CERTIFICATE");
    expect(problems({ tls: { cert: one.cert, key: other.key } })).toEqual([
      expect.stringContaining("do not work together"),
    ]);
    chmodSync(one.key, 0o644);
    expect(problems({ tls: one })).toEqual([expect.stringMatching(/^tls\.key: .*: chmod 600 \S*one\.key$/)]);
    chmodSync(one.key, 0o600);
    const nowhere = join(folder, "nowhere.pem");
    expect(problems({ tls: { cert: nowhere, key: folder } })).toEqual([
      `tls.cert: ${nowhere} does not exist`,
      expect.stringMatching(/^tls\.key: .* cannot be read \(EISDIR\)/),
    ]);
  });
});

describe("variables for documents", () => {
  it("are those that were allowed and are set, and no others", () => {
    const environment = { TENANT: "acme", DATABASE_URL: "postgres://secret", EMPTY: "" };
    expect(good({ envAllow: ["TENANT", "ABSENT"] }, environment).environment).toEqual({ TENANT: "acme" });
    expect(good({}, environment).environment).toEqual({});
  });
});
