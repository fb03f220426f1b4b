/** A server under systemd: what it says by sd_notify(3), heard on a real socket, and the unit that docs/systemd has. */
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { eventually, type Ground, openGround, shows } from "../serve/ground.ts";

const UNIT = resolve(import.meta.dirname, "../../docs/systemd/squall.service");
const has = (program: string) => spawnSync(program, ["--version"]).status === 0;
/** Node has no datagram sockets of AF_UNIX; perl is on every Debian. */
const canHear = has("perl") && has("systemd-notify");

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
  it.skipIf(!canHear)(
    "says when it is ready, reloads, lives and stops, and hands the address to no child",
    async () => {
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
    },
  );
  it("goes on where systemd-notify is not there, and says so once", async () => {
    const environment = { NOTIFY_SOCKET: join(folder, "nobody"), PATH: folder, WATCHDOG_USEC: "100000" };
    const serving = await ground.serve("mute", [], environment);
    await shows(serving, /systemd is not told/);
    serving.child.kill("SIGTERM");
    expect(await serving.ended).toBe(0);
    expect(serving.text().match(/systemd is not told/g)).toHaveLength(1);
  });
});

describe("docs/systemd/squall.service", () => {
  const text = readFileSync(UNIT, "utf8");
  it("starts the server with options that it has", async () => {
    const [, command] = /^ExecStart=\/usr\/bin\/env squall (.*)$/m.exec(text)!;
    const config = join(folder, "squall-server.yaml");
    writeFileSync(config, "listen: 127.0.0.1:0\n");
    const argv = command!.replace("/etc/squall/squall-server.yaml", config).split(" ");
    const printed = ground.squall([...argv, "--print-config"]);
    expect([await printed.ended, printed.text()]).toEqual([0, expect.stringContaining("folder: /var/lib/squall # ")]);
  });
  it.skipIf(!has("systemd-analyze"))("is a unit that systemd understands, and well shut in", () => {
    const path = join(folder, "squall.service");
    // Its manual is not installed here.
    writeFileSync(path, text.replace(/^Documentation=.*$/m, ""));
    const verified = spawnSync("systemd-analyze", ["verify", path], { encoding: "utf8" });
    expect(verified.stderr.split("\n").filter((line) => line.includes("squall.service"))).toEqual([]);
    const shut = spawnSync("systemd-analyze", ["security", "--offline=true", "--threshold=30", path]);
    expect(shut.status).toBe(0);
  });
});
