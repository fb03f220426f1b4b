/**
 * Servers and agents under systemd: messages by sd_notify(3), received on a real socket, and the units of docs/systemd.
 */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { needing } from "../needing.ts";
import { freePort } from "../ports.ts";
import { eventually, experimentOf, type Ground, openGround, shows } from "../serve/ground.ts";

const UNITS = resolve(import.meta.dirname, "../../docs/systemd");
const has = (program: string) => spawnSync(program, ["--version"]).status === 0;
const missing = (...programs: readonly string[]): string | null => {
  const found = programs.find((program) => !has(program));
  return found === undefined ? null : `no ${found} here`;
};
/** Node has no datagram sockets of AF_UNIX; perl is on every Debian. */
const itHears = needing(it, missing("perl", "systemd-notify"));
/** Needed by systemd-analyze: without root the command cannot make a working folder below /run. */
const canMake = existsSync("/run/systemd") || process.getuid?.() === 0;
const itVerifies = needing(
  it,
  missing("systemd-analyze") ?? (canMake ? null : "systemd-analyze needs /run/systemd, or root"),
);

let ground: Ground;
let folder: string;
beforeEach(async () => {
  ground = await openGround();
  folder = mkdtempSync(join(tmpdir(), "sq-"));
});
afterEach(async () => {
  await ground.close();
  rmSync(folder, { recursive: true, force: true });
});

const EAR = `use IO::Socket::UNIX; $| = 1;
  my $ear = IO::Socket::UNIX->new(Type => SOCK_DGRAM, Local => $ARGV[0]) or die; print "here\\n";
  while (defined $ear->recv(my $said, 4096)) { $said =~ s/\\n/ /g; print "$said\\n" }`;
const listen = async () => {
  const path = join(folder, "notify");
  const ear = spawn("perl", ["-e", EAR, path], { stdio: ["ignore", "pipe", "inherit"] });
  let heard = "";
  ear.stdout.setEncoding("utf8").on("data", (text) => {
    heard += text;
  });
  await eventually("the socket is there", () => heard.startsWith("here") || undefined);
  return { path, heard: () => heard, close: () => ear.kill("SIGKILL") };
};

describe("squall serve", () => {
  itHears("says when it is ready, reloads, lives and stops, and hands the address to no child", async () => {
    const { path, heard, close } = await listen();
    try {
      const environment = { NOTIFY_SOCKET: path, WATCHDOG_USEC: "400000" };
      const serving = await ground.serve("notify", [], environment);
      const says = (pattern: RegExp) =>
        eventually(`${pattern} in ${heard()}`, () => pattern.exec(heard()) ?? undefined);
      await says(new RegExp(`READY=1 .*STATUS=serving at ${serving.url}`));
      expect(heard()).toContain(`MAINPID=${serving.child.pid}`);
      await says(/WATCHDOG=1[\s\S]*WATCHDOG=1/);
      serving.child.kill("SIGHUP");
      await says(/RELOADING=1[\s\S]*READY=1/);
      serving.child.kill("SIGTERM");
      expect(await serving.ended).toBe(0);
      await says(/STOPPING=1/);
    } finally {
      close();
    }
  });
  it("goes on where systemd-notify is not there, and says so once", async () => {
    const environment = { NOTIFY_SOCKET: join(folder, "nobody"), PATH: folder, WATCHDOG_USEC: "100000" };
    const serving = await ground.serve("mute", [], environment);
    await shows(serving, /systemd is not told/);
    serving.child.kill("SIGTERM");
    expect(await serving.ended).toBe(0);
    expect(serving.text().match(/systemd is not told/g)).toHaveLength(1);
  });
});

/** Asks `squall agent` for an upgrade over the control socket. */
const upgrade = (socketPath: string) =>
  new Promise<number>((resolve, reject) => {
    const asked = request({ socketPath, path: "/v1/upgrade", method: "POST" }, (response) => {
      response.resume().on("end", () => resolve(response.statusCode!));
    });
    asked.on("error", reject).end();
  });

const killIfThere = (pid: number): void => {
  try {
    process.kill(pid, "SIGKILL");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
};

describe("squall agent", () => {
  itHears(
    "says whom it waits for, when it carries traffic, that it lives, who takes over from it, and when it stops",
    {
      timeout: 90_000,
    },
    async () => {
      const { path, heard, close } = await listen();
      let successor: string | undefined;
      const says = (pattern: RegExp) =>
        eventually(`${pattern} in ${heard()}`, () => pattern.exec(heard()) ?? undefined);
      try {
        const address = `127.0.0.1:${await freePort()}`;
        const control = join(folder, "agent.sock");
        const agent = ground.squall(["agent", "--server", `http://${address}`, "--control", control], {
          ...{ NOTIFY_SOCKET: path, WATCHDOG_USEC: "400000" },
        });
        await says(/STATUS=waiting for a server/);
        expect(heard()).not.toContain("READY=1");
        const serving = await ground.serve("notify", ["--listen", address]);
        await says(new RegExp(`READY=1 .*MAINPID=${agent.child.pid}\\b`));
        await says(new RegExp(`STATUS=carrying traffic, led by http://${address}`));
        await says(/WATCHDOG=1[\s\S]*WATCHDOG=1/);
        expect(await upgrade(control)).toBe(200);
        [, successor] = await says(new RegExp(`READY=1 .*MAINPID=(?!${agent.child.pid}\\b)(\\d+)`));
        // The successor inherits the first process's streams, which therefore stay open: wait for the exit alone.
        if (agent.child.exitCode === null) await once(agent.child, "exit");
        // The exit of the first process is not the end of the agent.
        expect(heard()).not.toContain("STOPPING=1");
        serving.child.kill("SIGKILL");
        await says(/STATUS=carrying traffic without faults: no server answers/);
        process.kill(Number(successor), "SIGTERM");
        await says(/STOPPING=1 STATUS=taking the faults away/);
        successor = undefined;
      } finally {
        if (successor !== undefined) killIfThere(Number(successor));
        close();
      }
    },
  );
  it("of a run says nothing to the systemd of that run", async () => {
    const { path, heard, close } = await listen();
    try {
      const file = join(folder, "run.yaml");
      writeFileSync(file, JSON.stringify(experimentOf(ground)));
      const run = ground.squall(["run", file, "--mesh", ground.mesh, "-q"], { NOTIFY_SOCKET: path });
      await run.ended;
      // On a machine that is busy elsewhere the run may be INCONCLUSIVE; the run's agent was started either way.
      expect(run.text()).toMatch(/^(HELD|INCONCLUSIVE) /m);
      expect(heard()).toBe("here\n");
    } finally {
      close();
    }
  });
});

/** Arguments of `squall` in the unit, with values filled in like systemd does. */
const wordsOf = (unit: string, values: Readonly<Record<string, string>>): string[] => {
  const [, command] = /^ExecStart=\/usr\/bin\/env squall (.*)$/m.exec(unit)!;
  return command!
    .split(" ")
    .map((word) => Object.entries(values).reduce((text, [key, value]) => text.replaceAll(key, value), word));
};
describe("docs/systemd/squall.service", () => {
  const unit = readFileSync(join(UNITS, "squall.service"), "utf8");
  it("starts the server with options that it has", async () => {
    const config = join(folder, "squall-server.yaml");
    writeFileSync(config, "listen: 127.0.0.1:0\n");
    const printed = ground.squall([...wordsOf(unit, { "/etc/squall/squall-server.yaml": config }), "--print-config"]);
    expect([await printed.ended, printed.text()]).toEqual([0, expect.stringContaining("folder: /var/lib/squall # ")]);
  });
});
describe("docs/systemd/squall-agent@.service", () => {
  const unit = readFileSync(join(UNITS, "squall-agent@.service"), "utf8");
  it("starts an agent that joins its server", { timeout: 60_000 }, async () => {
    const server = await ground.serve("join", []);
    const token = [
      "token",
      "create",
      "caller",
      "--role",
      "join",
      "--service",
      "caller",
      "--save",
      join(folder, "join"),
    ];
    const created = ground.squall([...token, "--server", server.url]);
    expect([await created.ended, created.text()]).toEqual([0, expect.any(String)]);
    mkdirSync(join(folder, "squall-agent/caller"), { recursive: true, mode: 0o700 });
    const argv = wordsOf(unit, { "${SQUALL_SERVER}": server.url, "%i": "caller", "%d": folder, "%S": folder });
    const agent = ground.squall(argv, { SQUALL_HOME: join(folder, "squall-agent/caller"), SQUALL_TOKEN: "" });
    await shows(agent, /"event":"listening"/);
    expect(existsSync(join(folder, "squall-agent/caller/credential"))).toBe(true);
    agent.child.kill("SIGTERM");
    expect(await agent.ended).toBe(0);
  });
});
describe("each unit of docs/systemd", () => {
  for (const name of ["squall.service", "squall-agent@.service"])
    itVerifies(`is one that systemd understands, and well shut in: ${name}`, () => {
      const path = join(folder, name);
      // The documentation named by the unit is not installed here.
      writeFileSync(path, readFileSync(join(UNITS, name), "utf8").replace(/^Documentation=.*$/m, ""));
      const verified = spawnSync("systemd-analyze", ["verify", path], { encoding: "utf8" });
      expect(verified.stderr.split("\n").filter((line) => line.includes("squall"))).toEqual([]);
      const shut = spawnSync("systemd-analyze", ["security", "--offline=true", "--threshold=30", path]);
      expect(shut.status).toBe(0);
    });
});
