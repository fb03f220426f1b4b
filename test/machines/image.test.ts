/**
 * The image of `npm run image`, without a container engine: built twice, unpacked like an engine would, and run under
 * the image's user in a chroot; then the whole of compose.yaml, whose services find each other in a shared network.
 */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { validate } from "dockerfile-utils";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { lackOfPackages } from "../../scripts/image/debian.ts";
import { ARCHITECTURES, IMAGE, readPins } from "../../scripts/image/settings.ts";
import { NODES } from "../../scripts/nodes.mjs";
import { lackOfNetworks, openNetworks } from "../crash/networks.ts";
import { needing } from "../needing.ts";
import { type Network, openNetwork } from "../network.ts";
import { often } from "../soak.ts";
import { repeatStarved } from "../starved.ts";
import { ROOT } from "../tiny.ts";
import { until } from "../waiting.ts";

const EXPERIMENT = "/opt/squall/experiments/shop/checkout-survives-slow-payments.yaml";
const MOST_BYTES = 60e6;
const lackOfDebian = lackOfPackages(readPins(), ARCHITECTURES[process.arch] ?? process.arch);
/** Chroot support: root of a container that may not mount cannot enter a chroot either. */
const mayEnter =
  process.getuid?.() === 0 &&
  spawnSync("unshare", ["--mount", "mount", "--bind", "/dev/null", "/dev/null"]).status === 0;
const lackOfRoot = lackOfDebian ?? (mayEnter ? null : "needs root, to enter a chroot");

interface Descriptor {
  readonly digest: string;
  readonly size: number;
}
interface Config {
  readonly config: typeof IMAGE.config;
  readonly rootfs: { readonly diff_ids: readonly string[] };
}
const sha256 = (bytes: Buffer): string => `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
/** Unpacks an OCI archive into `folder`; every blob is checked against the digest in its name. */
const openArchive = (archive: string, folder: string) => {
  mkdirSync(folder);
  expect(spawnSync("tar", ["-xf", archive, "-C", folder]).status).toBe(0);
  const blob = ({ digest, size }: Descriptor): string => {
    const path = join(folder, "blobs", digest.replace(":", "/"));
    const bytes = readFileSync(path);
    expect({ digest: sha256(bytes), size: bytes.length }).toEqual({ digest, size });
    return path;
  };
  const read = <T>(path: string): T => JSON.parse(readFileSync(path, "utf8")) as T;
  const index = read<{ manifests: readonly Descriptor[] }>(join(folder, "index.json"));
  const manifest = read<{ config: Descriptor; layers: readonly Descriptor[] }>(blob(index.manifests[0]!));
  return {
    digest: index.manifests[0]!.digest,
    config: read<Config>(blob(manifest.config)),
    layers: manifest.layers.map(blob),
    bytes: manifest.layers.reduce((sum, { size }) => sum + size, 0),
  };
};

interface ComposeService {
  readonly entrypoint?: readonly string[];
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly network_mode?: string;
  readonly user?: string;
  readonly cap_add?: readonly string[];
  readonly image: string;
}
const compose = parse(readFileSync(join(ROOT, "compose.yaml"), "utf8"), { merge: true }) as {
  readonly services: Readonly<Record<string, ComposeService>>;
};
/** Settings of a second compose file, which override those of the first (docs.docker.com, "Merge Compose files"). */
const redirect = parse(readFileSync(join(ROOT, "compose.redirect.yaml"), "utf8"), { merge: true }) as {
  readonly services: Readonly<Record<string, Partial<ComposeService>>>;
};
const redirected: Readonly<Record<string, ComposeService>> = Object.fromEntries(
  Object.entries(compose.services).map(([name, service]) => {
    const { environment, ...rest } = redirect.services[name] ?? {};
    return [name, { ...service, ...rest, environment: { ...service.environment, ...environment } }];
  }),
);
interface MeshForm {
  readonly spec: {
    readonly services: Readonly<
      Record<string, { endpoints: string[]; labels: object; ready: object; env?: Record<string, string> }>
    >;
    readonly edges: readonly { readonly from: string; readonly to: string }[];
  };
}
const meshForm = (name: string) => parse(readFileSync(join(ROOT, "experiments/shop", name), "utf8")) as MeshForm;

describe("the Dockerfile", () => {
  const text = readFileSync(join(ROOT, "Dockerfile"), "utf8");
  /** Arguments of an instruction in the last stage, all occurrences joined. */
  const said = (instruction: string): string =>
    [...text.slice(text.lastIndexOf("FROM ")).matchAll(new RegExp(`^${instruction} (.*)$`, "gm"))]
      .map(([, words]) => words!)
      .join(" ");
  it("is one without a complaint", () => {
    expect(validate(text)).toEqual([]);
    expect(validate(text.replace("ENTRYPOINT", "ENTRYPONT"))).not.toEqual([]);
  });
  it("has the settings of `npm run image`, and takes its files from it", () => {
    const { config, writable, uid } = IMAGE;
    expect({
      User: said("USER"),
      ExposedPorts: { [said("EXPOSE")]: {} },
      Env: said("ENV").split(" "),
      Entrypoint: JSON.parse(said("ENTRYPOINT")),
      Cmd: JSON.parse(said("CMD")),
      Volumes: { [said("VOLUME")]: {} },
      WorkingDir: said("WORKDIR"),
      Labels: Object.fromEntries(
        said("LABEL")
          .split(" ")
          .map((pair) => pair.split("=")),
      ),
    }).toEqual(config);
    expect(text).toContain(`FROM node:${NODES[readPins().node.major]}-${readPins().debian.release} AS build`);
    expect(text).toContain("npm run image -- --rootfs /rootfs");
    for (const path of writable)
      expect(text).toContain(`COPY --from=build --chown=${uid}:${uid} /rootfs${path} ${path}\n`);
  });
});

describe("compose.yaml", () => {
  const { squall, ...others } = compose.services;
  const mesh = meshForm("composed.yaml");
  const local = meshForm("mesh.yaml");
  const open = meshForm("open.yaml");
  const callers = new Set(mesh.spec.edges.map(({ from }) => from));
  it("has the services of the demo's mesh with their settings, an agent in the network of each caller, and one server", () => {
    expect(Object.keys(others).toSorted()).toEqual(
      [...Object.keys(mesh.spec.services), ...[...callers].map((name) => `${name}-agent`)].toSorted(),
    );
    for (const [name, { env }] of Object.entries(open.spec.services))
      expect(others[name]).toMatchObject({
        environment: { ...env, SHOP_LISTEN: "0.0.0.0" },
        entrypoint: ["node", `/opt/squall/dist/experiments/shop/${name}.js`],
      });
    for (const name of callers)
      expect(others[`${name}-agent`]).toMatchObject({
        network_mode: `service:${name}`,
        command: expect.arrayContaining(["agent", "--service", name]),
      });
    expect(squall!.command).toEqual(expect.arrayContaining(["serve", "/opt/squall/experiments/shop/composed.yaml"]));
    for (const { image } of Object.values(compose.services)) expect(image).toBe(`${IMAGE.name}:${IMAGE.version}`);
  });
  it("has a mesh that differs from the demo's in nothing but the hosts", () => {
    const bare = ({ spec }: MeshForm) => ({
      edges: spec.edges,
      services: Object.fromEntries(
        Object.entries(spec.services).map(([name, { labels, ready, endpoints }]) => [
          name,
          { labels, ready, endpoints: endpoints.map((address) => address.replace(/^[^:]+/, "HOST")) },
        ]),
      ),
    });
    expect(bare(mesh)).toEqual(bare(open));
    for (const name of Object.keys(mesh.spec.services))
      expect(mesh.spec.services[name]!.endpoints[0]).toMatch(new RegExp(`^${name}:`));
    // Experiments written for mesh.yaml run on this mesh too.
    expect(mesh.spec.edges).toEqual(expect.arrayContaining([...local.spec.edges]));
    expect(bare(mesh).services).toMatchObject(bare(local).services);
  });
});

describe("compose.redirect.yaml", () => {
  const mesh = meshForm("composed.yaml");
  const own = Object.entries(mesh.spec.services).flatMap(([name, { endpoints }]) => [name, ...endpoints]);
  it("lets each service call the others by their own addresses, and gives the right to redirect to agents alone", () => {
    expect(Object.keys(redirect.services).filter((name) => !(name in compose.services))).toEqual([]);
    for (const [name, service] of Object.entries(redirected)) {
      const isAgent = name.endsWith("-agent");
      expect({ name, cap_add: service.cap_add, user: service.user }).toEqual({
        ...{ name, cap_add: isAgent ? ["NET_ADMIN"] : undefined, user: isAgent ? "0:4780" : undefined },
      });
      expect(service.command.includes("--intercept")).toBe(isAgent);
      if (isAgent) expect(service.command.toSpliced(1, 1)).toEqual(compose.services[name]!.command);
      // A service that called its agent by address would pass this file's point by.
      if (name in mesh.spec.services)
        for (const [key, value] of Object.entries(service.environment))
          if (/:\d+$/.test(value)) expect(own, `${name}: ${key}`).toContain(value);
    }
  });
});

needing(describe, lackOfDebian)("the image", () => {
  let folder = "";
  let first: ReturnType<typeof openArchive>;
  const build = (out: string, ...options: readonly string[]): string => {
    const argv = ["node_modules/tsx/dist/cli.mjs", "scripts/image/build.ts", "--out", out, ...options];
    const { status, stdout, stderr } = spawnSync(process.execPath, argv, { cwd: ROOT, encoding: "utf8" });
    expect({ status }, `${stdout}${stderr}`).toEqual({ status: 0 });
    return stdout;
  };
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "squall-image-test-"));
    // A packed size that is small enough at level 6 is so at 9, which takes twice the CPU.
    build(join(folder, "first.tar"), ...often(["--level", "6"], []));
    first = openArchive(join(folder, "first.tar"), join(folder, "first"));
  }, 300_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  // The configuration names the digest of each unpacked layer: every byte of every file. The best compression once more
  // takes a quarter of a minute of one core, so only the soak compares the packed bytes.
  it("is the same to the byte when it is built again", { timeout: 300_000 }, () => {
    const told = build(join(folder, "second.tar"), ...often(["--level", "1"], []));
    const second = openArchive(join(folder, "second.tar"), join(folder, "second"));
    expect(second.config).toEqual(first.config);
    if (often(false, true)) {
      expect(told).toContain(first.digest);
      expect(sha256(readFileSync(join(folder, "second.tar")))).toBe(sha256(readFileSync(join(folder, "first.tar"))));
    }
    for (const name of ["second.tar", "second"]) rmSync(join(folder, name), { recursive: true });
  });
  it("is at most 60 MB packed, and its configuration is the one that is meant", () => {
    expect(first.bytes).toBeLessThan(MOST_BYTES);
    expect(first.config.config).toEqual(IMAGE.config);
    const unpacked = first.layers.map((layer) => sha256(spawnSync("gzip", ["-dc", layer], { maxBuffer: 1e9 }).stdout));
    expect(first.config.rootfs.diff_ids).toEqual(unpacked);
  });

  needing(describe, lackOfRoot)("unpacked", () => {
    let root = "";
    const children: ChildProcess[] = [];
    beforeAll(() => {
      root = join(folder, "root");
      mkdirSync(root);
      for (const layer of first.layers)
        expect(spawnSync("tar", ["-xzf", layer, "-C", root, "--numeric-owner"]).status).toBe(0);
      // Every engine mounts processes and an empty device into a container; these are the mount points.
      for (const name of ["proc", "dev"]) mkdirSync(join(root, name));
      writeFileSync(join(root, "dev/null"), "");
    });
    /**
     * Command line as an engine starts it: environment, user and folder of the image, and no variable of this process.
     */
    const argvOf = (
      network: Pick<Network, "within">,
      argv: readonly string[],
      env: Readonly<Record<string, string>> = {},
      User: string = IMAGE.config.User,
    ) => {
      const settings = [...IMAGE.config.Env, ...Object.entries(env).map(([name, value]) => `${name}=${value}`)];
      const { WorkingDir } = IMAGE.config;
      const mount = `/bin/mount --rbind /proc "$0/proc" && /bin/mount --bind /dev/null "$0/dev/null" && exec "$@"`;
      const enter = ["/usr/sbin/chroot", `--userspec=${User}`, root, "/usr/local/bin/node", "-e", STARTER, WorkingDir];
      const isolate = ["/usr/bin/unshare", "--mount", "/bin/sh", "-c", mount, root];
      return network.within(["/usr/bin/env", "-i", ...settings, ...isolate, ...enter, ...argv]);
    };
    // A chroot sets no working folder and does not look up programs in the image's PATH.
    const STARTER = `
      const [folder, name, ...argv] = process.argv.slice(1);
      process.chdir(folder);
      const child = require("node:child_process").spawn(name, argv, { stdio: "inherit" });
      for (const signal of ["SIGTERM", "SIGINT"]) process.on(signal, () => child.kill(signal));
      child.on("close", (code) => process.exit(code ?? 99));`;
    const squall = (
      network: Pick<Network, "within">,
      argv: readonly string[],
      env?: Readonly<Record<string, string>>,
    ) => {
      const [command, ...rest] = argvOf(network, [...IMAGE.config.Entrypoint, ...argv], env);
      const { status, stdout, stderr } = spawnSync(command, rest, { encoding: "utf8" });
      return { status, stdout, output: `${stdout}${stderr}` };
    };
    const endChildren = () =>
      Promise.all(
        children.splice(0).map(async (child) => {
          const closed = once(child, "close");
          if (child.exitCode === null && child.kill("SIGTERM")) await closed;
        }),
      );
    const within = async (use: (network: Network) => unknown): Promise<void> => {
      const network = await openNetwork();
      try {
        await use(network);
      } finally {
        await endChildren();
        await network.close();
      }
    };

    it("gives nothing but its own folders to its user, and has no setuid program", () => {
      const paths = readdirSync(root, { recursive: true }).map(String);
      const stats = paths
        .map((path) => [`/${path}`, statSync(join(root, path), { throwIfNoEntry: false })] as const)
        .flatMap(([path, stat]) => (stat === undefined ? [] : [{ path, stat }]));
      expect(stats.filter(({ stat }) => (stat.mode & 0o6000) !== 0)).toEqual([]);
      const written = stats.filter(({ stat }) => stat.uid !== 0 || (stat.mode & 0o022) !== 0).map(({ path }) => path);
      expect(written.toSorted()).toEqual([...IMAGE.writable, "/tmp"].toSorted());
    });
    it("tells its version and validates a file", () =>
      within((network) => {
        expect(squall(network, ["--version"])).toMatchObject({ status: 0, stdout: `${IMAGE.version}\n` });
        expect(squall(network, ["validate", EXPERIMENT])).toMatchObject({ status: 0 });
        expect(squall(network, ["validate", "/opt/squall/package.json"])).toMatchObject({ status: 2 });
      }));
    it("runs the shop's experiment to HELD", { timeout: 120_000 }, () =>
      within(async (network) => {
        const { status, output } = await repeatStarved(
          () => squall(network, ["run", EXPERIMENT]),
          (end) => ({ code: end.status, text: end.output }),
        );
        expect({ status }, output).toEqual({ status: 0 });
        expect(output).toContain("HELD");
      }),
    );
    const token = { SQUALL_TOKEN: "a-secret-of-this-test-alone-0123456789" };
    const SERVER = ["--server", "http://127.0.0.1:4780"];
    /**
     * Runs the shop's experiment on the services of a compose file. `networkOf`: the network of a container. Fails
     * unless the run ends HELD.
     */
    const runComposed = async (
      services: Readonly<Record<string, ComposeService>>,
      networkOf: (name: string) => Pick<Network, "within">,
      experiment = EXPERIMENT,
    ): Promise<void> => {
      let said = "";
      const volumes = join("/tmp", basename(mkdtempSync(join(root, "tmp/volumes-"))));
      chmodSync(join(root, volumes), 0o1777);
      const open = (name: string, { entrypoint = IMAGE.config.Entrypoint, ...service }: ComposeService) => {
        const { command, environment, user } = service;
        const env = "SQUALL_TOKEN" in environment ? token : environment;
        // Each container has a separate volume.
        const home = { SQUALL_HOME: `${volumes}/${name}` };
        const [program, ...rest] = argvOf(networkOf(name), [...entrypoint, ...command], { ...env, ...home }, user);
        const child = spawn(program, rest, { stdio: ["ignore", "pipe", "pipe"] });
        for (const stream of [child.stdout, child.stderr])
          stream.setEncoding("utf8").on("data", (text) => {
            said += `${name}: ${text}`;
          });
        children.push(child);
      };
      const isService = (name: string) => `${name}-agent` in services || !/^squall$|-agent$/.test(name);
      for (const [name, service] of Object.entries(services)) if (!isService(name)) open(name, service);
      const atServer = (...argv: readonly string[]) => squall(networkOf("squall"), [...argv, ...SERVER], token);
      const callers = Object.keys(services).filter((name) => name.endsWith("-agent"));
      await until(`all agents are there:\n${said}`, () => {
        const { stdout } = atServer("agents", "-o", "json");
        return callers.every((name) => stdout.includes(`"${name.replace("-agent", "-1")}"`));
      });
      // Behind the agents: a redirect does not carry connections from before, and an edge would seem to have few calls.
      for (const [name, service] of Object.entries(services)) if (isService(name)) open(name, service);
      const look = `fetch("http://gateway:7101/healthz").then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))`;
      await until(`the gateway answers:\n${said}`, () => {
        const [program, ...rest] = argvOf(networkOf("squall"), ["/usr/local/bin/node", "-e", look]);
        return spawnSync(program, rest).status === 0;
      });
      const { status, output } = await repeatStarved(
        () => atServer("run", experiment),
        (end) => ({ code: end.status, text: end.output }),
      );
      expect({ status }, `${output}\n${said}`).toEqual({ status: 0 });
      expect(output).toContain("HELD");
    };
    const nameHosts = (addressOf: (name: string) => string) => {
      const lines = [...Object.keys(compose.services), "localhost"].map((name) => `${addressOf(name)} ${name}\n`);
      writeFileSync(join(root, "etc/hosts"), lines.join(""));
    };
    it("serves compose.yaml: server, agents and services, and an experiment on them", { timeout: 180_000 }, () =>
      within(async (network) => {
        nameHosts(() => "127.0.0.1");
        await runComposed(compose.services, () => network);
      }),
    );
    needing(it, lackOfNetworks())(
      "serves compose.redirect.yaml: services that know nothing of agents, each in a network of its own",
      { timeout: 180_000 },
      async () => {
        const hosts = Object.keys(compose.services).filter((name) => !name.endsWith("-agent"));
        const networks = await openNetworks(hosts.length);
        try {
          networks.joinWires();
          const number = (name: string) => hosts.indexOf(name.replace(/-agent$/, ""));
          nameHosts((name) => (name === "localhost" ? "127.0.0.1" : `10.213.${number(name)}.2`));
          // In compose a service starts before the agent that joins its network, and keeps connections from then.
          const text = readFileSync(join(root, EXPERIMENT), "utf8");
          writeFileSync(join(root, "work/redirected.yaml"), text.replace(/\n +latency:/, "\n      existing: reset$&"));
          const roomOf = (name: string) => networks.wires[number(name)]!.room;
          await runComposed(redirected, roomOf, "/work/redirected.yaml");
        } finally {
          await endChildren();
          await networks.close();
        }
      },
    );
  });
});
