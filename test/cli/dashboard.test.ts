/**
 * Links into the dashboard, and meshes that are up with more than a file names: real processes, called as a browser
 * would.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect } from "vitest";
import { freePorts } from "../ports.ts";
import { it, type PairYard, pairExperiment } from "./squall.ts";

const LINK = /(http:\/\/127\.0\.0\.1:\d+)\/#\/enter\/([0-9a-f]{48})/;
const linkIn = (text: string) => {
  const [, url, ticket] = LINK.exec(text) ?? [];
  if (url === undefined || ticket === undefined) throw new Error(`no link in: ${text}`);
  return { url, ticket };
};
/** Enters as the page does. */
const enter = async ({ url, ticket }: ReturnType<typeof linkIn>) => {
  const headers = { "content-type": "application/json", origin: url };
  const response = await fetch(`${url}/api/v1/session`, { method: "POST", headers, body: JSON.stringify({ ticket }) });
  const { name, role } = (await response.json()) as { name?: string; role?: string };
  return { status: response.status, name, role, cookie: response.headers.get("set-cookie")?.split(";")[0] };
};
const expectGoodOnce = async (text: string) => {
  const link = linkIn(text);
  const entered = await enter(link);
  expect(entered).toMatchObject({ status: 201, name: "local", role: "admin" });
  const read = await fetch(`${link.url}/api/v1/mesh`, { headers: { cookie: entered.cookie! } });
  expect(read.status).toBe(200);
  expect((await enter(link)).status).toBe(401);
};
const recordOf = ({ home }: PairYard, mesh = "pair") =>
  JSON.parse(readFileSync(join(home, "up", `${mesh}.json`), "utf8")) as { url: string; token: string };
const filesIn = (folder: string) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => readFileSync(join(parentPath, name), "latin1"));

/** The pair of `mesh.yaml`, and a guest with a separate edge. */
const withGuest = async ({ read, put }: PairYard): Promise<void> => {
  const [guest, door] = await freePorts(2);
  const command = /command: .*/.exec(read("mesh.yaml"))![0];
  const service = `    guest:
      ${command}
      env: { PORT: "${guest}", NEXT: "127.0.0.1:${door}" }
      endpoints: ["127.0.0.1:${guest}"]
      ready: { http: /healthz }
`;
  const edge = `{ from: guest, to: front, listen: "127.0.0.1:${door}", protocol: http }`;
  put(
    "open.yaml",
    read("mesh.yaml").replace("  services:\n", `  services:\n${service}`).replace("edges: [", `edges: [${edge}, `),
  );
};

describe.concurrent("up --dashboard", () => {
  it("prints a link that signs in once, and keeps the line with the token's file", async ({ yard, expect }) => {
    const up = yard.start(["up", "mesh.yaml", "--dashboard"]);
    let said = "";
    up.child.stderr!.on("data", (text: string) => (said += text));
    await up.shows("(good once, for a minute; afterwards: squall dashboard)");
    await expectGoodOnce(said);
    up.child.kill("SIGTERM");
    const { code, stderr } = await up.ended;
    expect(code).toBe(0);
    expect(stderr).toMatch(/dashboard: http:\/\/127\.0\.0\.1:\d+\/#\/enter\/[0-9a-f]{48} \(good once/);
    expect(stderr).toContain("sign in with the token in");
  });
  it("does so with --detach too, and writes the ticket nowhere", async ({ yard, expect }) => {
    const { code, stderr } = await yard.squall(["up", "mesh.yaml", "--dashboard", "--detach"]);
    try {
      expect({ code, stderr }).toMatchObject({ code: 0 });
      await expectGoodOnce(stderr);
      const { ticket } = linkIn(stderr);
      expect(filesIn(yard.home).filter((text) => text.includes(ticket))).toEqual([]);
    } finally {
      await yard.squall(["down"]);
    }
  });
  it("prints none unless it is asked for one", async ({ yard, expect }) => {
    const { stderr } = await yard.squall(["up", "mesh.yaml", "--detach"]);
    await yard.squall(["down"]);
    expect(stderr).toContain("mesh pair is up");
    expect(stderr).not.toContain("#/enter/");
  });
});

describe.concurrent("dashboard", () => {
  it("prints a fresh link each time, to stdout alone, for people and for programs", async ({ yard, expect }) => {
    await yard.squall(["up", "mesh.yaml", "--detach"]);
    try {
      const first = await yard.squall(["dashboard", "--no-open"]);
      expect(first).toMatchObject({ code: 0, stderr: "good once, for a minute\n" });
      const named = await yard.squall(["dashboard", "pair"]);
      expect(named.stdout).not.toBe(first.stdout);
      for (const { stdout } of [first, named]) {
        expect(stdout.trim()).toMatch(new RegExp(`^${LINK.source}$`));
        await expectGoodOnce(stdout);
      }
      const { stdout } = await yard.squall(["dashboard", "--json"]);
      const document = JSON.parse(stdout) as { url: string; expiresAt: string };
      expect(document).toMatchObject({ schemaVersion: 1, url: expect.stringMatching(LINK) });
      expect(Date.parse(document.expiresAt)).toBeGreaterThan(0);
      await expectGoodOnce(document.url);
    } finally {
      await yard.squall(["down"]);
    }
  });
  it("is of the mesh that is up here, whatever context is in use, and of another server when it is named", async ({
    yard,
    expect,
  }) => {
    await yard.squall(["up", "mesh.yaml", "--detach"]);
    try {
      const { url, token } = recordOf(yard);
      const away = ["context", "set", "away", "--server", "http://127.0.0.1:1", "--token-stdin", "--use"];
      await yard.squall(away, {}, "nothing\n");
      expect(linkIn((await yard.squall(["dashboard"])).stdout).url).toBe(url);
      expect((await yard.squall(["dashboard", "--context", "away"])).code).toBe(69);
      const there = { SQUALL_TOKEN: token };
      await expectGoodOnce((await yard.squall(["dashboard", "--server", url], there)).stdout);
      expect((await yard.squall(["dashboard", "--server", url], { SQUALL_TOKEN: "wrong" })).code).toBe(77);
      const both = await yard.squall(["dashboard", "pair", "--server", url], there);
      expect(both).toMatchObject({ code: 2, stderr: expect.stringContaining("either a mesh that is up") });
    } finally {
      await yard.squall(["down"]);
    }
  });
  it("says so when the mesh, or any server, is not there", async ({ yard, expect }) => {
    expect(await yard.squall(["dashboard"])).toMatchObject({ code: 2, stderr: expect.stringContaining("no server") });
    expect(await yard.squall(["dashboard", "pair"])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("mesh pair is not up; up: none is"),
    });
  });
});

describe.concurrent("a mesh that is up with more than a file names", () => {
  it("is attached to by run; one that has something otherwise is not, and its holder is named", async ({
    yard,
    expect,
  }) => {
    await withGuest(yard);
    yard.put("held.yaml", pairExperiment({ name: "held" }));
    yard.put("other.yaml", yard.read("mesh.yaml").replace("ready: { http: /healthz }", "ready: { tcp: true }"));
    const up = await yard.squall(["up", "open.yaml", "--detach"]);
    expect(up).toMatchObject({ code: 0 });
    try {
      const { code, stdout, stderr } = await yard.squall(["run", "held.yaml", "--json"]);
      expect({ code, stderr }).toMatchObject({ code: 0 });
      expect(JSON.parse(stdout).runs).toMatchObject([{ verdict: "HELD" }]);
      expect(yard.runFolders()).toHaveLength(1);
      const other = await yard.squall(["run", "held.yaml", "--mesh", "other.yaml", "--json"]);
      expect(JSON.parse(other.stdout).runs).toMatchObject([
        { verdict: "INVALID", because: "ports", reason: expect.stringMatching(/ holds 127.*service front/) },
      ]);
    } finally {
      await yard.squall(["down"]);
    }
  });
  it("does not have to do with less than a file names", async ({ yard, expect }) => {
    await withGuest(yard);
    yard.put("held.yaml", pairExperiment({ name: "held" }));
    await yard.squall(["up", "mesh.yaml", "--detach"]);
    try {
      const { code, stdout } = await yard.squall(["run", "held.yaml", "--mesh", "open.yaml", "--json"]);
      expect(code).toBe(2);
      expect(JSON.parse(stdout).runs).toMatchObject([{ verdict: "INVALID", because: "ports" }]);
    } finally {
      await yard.squall(["down"]);
    }
  });
});
