// biome-ignore-all lint/suspicious/noTemplateCurlyInString: this is how variables are written in files
import { describe, expect, it } from "vitest";
import { printConfig } from "./print.ts";
import { type ConfigReading, type ConfigSources, readConfig } from "./read.ts";

const read = ({ file, ...more }: Partial<Omit<ConfigSources, "file">> & { file?: string } = {}) =>
  readConfig({
    ...{ flags: {}, environment: {}, cwd: "/work" },
    ...more,
    file:
      file === undefined ? null : { name: "squall-server.yaml", path: "/etc/squall/squall-server.yaml", text: file },
  });
const good = (sources: Parameters<typeof read>[0]): ConfigReading => {
  const result = read(sources);
  if ("problems" in result) throw new Error(result.problems.join("\n"));
  return result;
};
const problems = (sources: Parameters<typeof read>[0]): readonly string[] => {
  const result = read(sources);
  return "problems" in result ? result.problems : [];
};

describe("the configuration of a server", () => {
  it("takes flags over environment over file over default", () => {
    const file = "listen: 127.0.0.1:1\nlog: { level: warn, format: json }\nenvAllow: [A]\n";
    const environment = { SQUALL_LISTEN: "127.0.0.1:2", SQUALL_LOG_LEVEL: "error", SQUALL_ENV_ALLOW: "B, C" };
    const { configured, originOf } = good({ flags: { listen: "127.0.0.1:3" }, environment, file });
    expect(configured).toMatchObject({
      ...{ listen: "127.0.0.1:3", log: { level: "error", format: "json" }, envAllow: ["B", "C"] },
    });
    expect(["listen", "log.level", "log.format", "mesh"].map((path) => originOf(path.split(".")))).toEqual([
      ...["flag", "environment", "file", "default"],
    ]);
    expect(good({}).configured.listen).toBe("127.0.0.1:4780");
  });
  it("takes a list in one option, in several, in a variable or in the file", () => {
    const proxies = (sources: Parameters<typeof read>[0]) => good(sources).configured.trustedProxies;
    const both = ["10.0.0.0/8", "fd00::/8"];
    expect(proxies({ flags: { "trusted-proxies": ["10.0.0.0/8,fd00::/8"] } })).toEqual(both);
    expect(proxies({ flags: { "trusted-proxies": ["10.0.0.0/8", "fd00::/8"] } })).toEqual(both);
    expect(proxies({ environment: { SQUALL_TRUSTED_PROXIES: "10.0.0.0/8, fd00::/8" } })).toEqual(both);
    expect(proxies({ file: 'trustedProxies: [10.0.0.0/8, "fd00::/8"]' })).toEqual(both);
    expect(problems({ flags: { "trusted-proxies": ["10.0.0.0/8,proxy.example"] } })).toEqual([
      expect.stringMatching(/^--trusted-proxies: expected an address or a network/),
    ]);
  });
  it("refuses a publicUrl below a path, and takes one at a root", () => {
    for (const url of [
      "https://x.example/squall",
      "https://x.example/squall/",
      "https://x.example/?a=b",
      "https://x.example/#a",
    ])
      expect(problems({ flags: { "public-url": url } })).toEqual([
        expect.stringMatching(/^publicUrl: https:\/\/x\.example\/.*Squall answers at the root of a host name/),
      ]);
    for (const url of ["https://x.example", "https://x.example:4780/"])
      expect(good({ flags: { "public-url": url } }).configured.publicUrl).toBe(url);
  });
  it("believes a proxy's word of people only where it says which proxies, and who may do what", () => {
    const flags = { "trusted-proxies": ["10.0.0.0/8"], "auth-header": "X-Forwarded-User" };
    expect(
      good({ flags: { ...flags, "auth-groups-header": "X-Groups", "auth-role": ["admin=sre,viewer=*"] } }).configured
        .auth,
    ).toEqual({ header: "X-Forwarded-User", groupsHeader: "X-Groups", roles: ["admin=sre", "viewer=*"] });
    for (const [wrong, told] of [
      [{ "auth-header": "X-User" }, /^auth\.header: only proxies of trustedProxies/],
      [
        { ...flags, "trusted-proxies": ["10.0.0.0/8,0.0.0.0/0"] },
        /^auth\.header: 0\.0\.0\.0\/0 in trustedProxies lets every client/,
      ],
      [
        { ...flags, "auth-role": ["admin=sre"] },
        /^auth\.groupsHeader: missing; it tells who is in the group of admin=sre/,
      ],
      [{ "auth-role": ["viewer=*"] }, /^auth\.header: missing/],
      [{ ...flags, "auth-header": "Authorization" }, /^--auth-header: this header has another meaning/],
      [{ ...flags, "auth-role": ["root=sre"] }, /^--auth-role: expected role=group/],
      [{ ...flags, "auth-role": ["join=sre"] }, /^--auth-role: expected role=group/],
    ] as const)
      expect(problems({ flags: wrong })).toEqual([expect.stringMatching(told)]);
  });
  it("takes an empty variable as none", () => {
    expect(good({ environment: { SQUALL_LISTEN: "" } }).configured.listen).toBe("127.0.0.1:4780");
  });
  it("reads paths from where they are written", () => {
    const { configured } = good({ file: "mesh: mesh.yaml\ntokenFile: ../token", flags: { folder: "data" } });
    expect(configured).toMatchObject({
      ...{ mesh: "/etc/squall/mesh.yaml", tokenFile: "/etc/token", folder: "/work/data" },
    });
  });
  it("tells every problem of every source at once, each with its place", () => {
    const told = problems({
      flags: { listen: "nowhere", deny: ["169.254.0.0/40"] },
      environment: { SQUALL_INSECURE: "perhaps", SQUALL_MAX_EDGES: "many", SQUALL_LISTNE: "x" },
      file: "lisen: 127.0.0.1:1\ncaps: { share: half }\n",
    });
    expect(told).toEqual([
      expect.stringMatching(/^--listen: expected host:port/),
      expect.stringMatching(/^--deny: expected at most \/32/),
      expect.stringMatching(/^SQUALL_INSECURE: expected true or false, got "perhaps"/),
      expect.stringMatching(/^SQUALL_MAX_EDGES: expected a whole number/),
      expect.stringMatching(/^squall-server\.yaml:1:1: unknown key "lisen"; did you mean `listen`/),
      expect.stringMatching(/^squall-server\.yaml:2:16: expected a share/),
      expect.stringMatching(/^SQUALL_LISTNE: no such setting; did you mean SQUALL_LISTEN/),
    ]);
  });
  it("refuses to listen beyond loopback without TLS, unless it is told to", () => {
    for (const listen of ["0.0.0.0:4780", "[::]:4780", "10.0.0.7:4780", "chaos.internal:4780"]) {
      expect(problems({ flags: { listen } }), listen).toEqual([expect.stringContaining("without TLS everyone")]);
      expect(problems({ flags: { listen, insecure: true } }), listen).toEqual([]);
      expect(problems({ flags: { listen, "tls-cert": "c.pem", "tls-key": "k.pem" } }), listen).toEqual([]);
    }
    for (const listen of ["127.0.0.1:0", "127.8.8.8:1", "[::1]:4780", "localhost:4780"])
      expect(problems({ flags: { listen } }), listen).toEqual([]);
  });
  it("asks for both halves of a certificate, and for an address that other servers can name", () => {
    expect(problems({ flags: { "tls-cert": "c.pem" } })).toEqual([expect.stringMatching(/^tls\.key: missing/)]);
    expect(problems({ flags: { "tls-client-ca": "c.pem" } })).toEqual([expect.stringMatching(/^tls\.cert: missing/)]);
    const environment = { DATABASE_URL: "postgres://db/squall" };
    expect(problems({ flags: { listen: "0.0.0.0:1", insecure: true }, environment })).toEqual([
      expect.stringMatching(/^publicUrl: missing/),
    ]);
  });
  it("fills variables into the file, and tells which one is not set", () => {
    const file = 'webhooks: [{ name: ops, url: "https://ops.example/hook", events: [halt], secret: "${HOOK}" }]\n';
    const { configured } = good({ file, environment: { HOOK: "0123456789abcdef" } });
    expect(configured.webhooks).toMatchObject([{ secret: "0123456789abcdef", timeout: 5_000, unreachable: "refuse" }]);
    expect(problems({ file })).toEqual([expect.stringContaining("the variable HOOK is not set")]);
  });
  it("refuses a document that is a bomb, too deep, or reaches for a prototype", () => {
    const bomb = `a: &a [x,x,x,x,x,x,x,x,x]\n${"bcdefghij"
      .split("")
      .map((name, i) => `${name}: &${name} [${`*${"abcdefghi"[i]},`.repeat(9).slice(0, -1)}]`)
      .join("\n")}\n`;
    for (const file of [bomb, "[".repeat(200_000), "__proto__: { insecure: true }\n", `x: ${"y".repeat(2 ** 20)}\n`])
      expect(problems({ file }), file.slice(0, 40)).not.toEqual([]);
    expect(({} as { insecure?: boolean }).insecure).toBeUndefined();
  });
});

describe("invariant 24: the printed configuration", () => {
  const SECRET = "canary-4f1a9c77e2b04d55";
  const sources = {
    environment: { SQUALL_TOKEN: SECRET, DATABASE_URL: `postgres://squall:${SECRET}@db.internal/squall` },
    file: `
webhooks: [{ name: ops, url: "https://ops.example/hook", events: [halt], secret: "${SECRET}" }]
commands: { orders: { command: [check-orders], env: { KEY: "${SECRET}" } } }
`,
  };
  it("shows every setting with where it comes from, and no secret", () => {
    const text = printConfig(good(sources));
    expect(text).not.toContain(SECRET);
    expect(text).toContain("listen: 127.0.0.1:4780 # default");
    expect(text).toContain("databaseUrl: postgres://squall:redacted@db.internal/squall # environment");
    expect(text).toContain('token: "[redacted]" # environment');
    expect(text).toContain("name: ops");
  });
  it("can be read again", () => {
    const text = printConfig(good({ flags: { deny: ["10.0.0.0/8", "fe80::/10"], "max-share": "50%" } }));
    const again = good({ file: text });
    expect(again.configured).toMatchObject({ probes: { deny: ["10.0.0.0/8", "fe80::/10"] }, caps: { share: 0.5 } });
  });
});
