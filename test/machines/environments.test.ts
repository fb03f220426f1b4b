/**
 * Foreign environments, each really made: the exit code of the command, and the sentence that names the cause.
 * Environments that need root are left out without root, and counted as skipped.
 */
import { spawn, spawnSync } from "node:child_process";
import { chmodSync, chownSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { driverFor } from "../../server/store/better-sqlite3.ts";
import { openPairYard, type PairYard, pairExperiment, ROOT, SQUALL } from "../cli/squall.ts";
import { type Cell, canHaveCells, openCell } from "../stop/cell.ts";
import { AS_UNKNOWN, lackOfUsers, UNKNOWN_UID } from "./users.ts";

const LACK = lackOfUsers();
const NODE = [process.execPath, SQUALL];

interface Environment {
  readonly name: string;
  /** Root is needed to make this environment. */
  readonly root?: true;
  /** Runs the command as a user id without an entry in /etc/passwd. */
  readonly unknown?: true;
  /** Makes the files of the environment; returns the environment variables, to which only PATH is added. */
  make?(yard: PairYard): Readonly<Record<string, string>>;
  /** Wraps the command with a prefix, such as `unshare`. */
  wrap?(command: readonly string[], yard: PairYard): readonly string[];
  readonly argv: readonly string[];
  readonly code: number;
  /** Texts that must all be printed. `HOME`: the yard's `$SQUALL_HOME`. */
  readonly says: readonly (string | RegExp)[];
  readonly never?: RegExp;
}

/** Makes a folder in the test's yard that is owned by a user. */
const folderOf = (yard: PairYard, path: string, { uid = 0, mode = 0o755 } = {}): string => {
  const folder = join(yard.folder, path);
  mkdirSync(folder, { recursive: true });
  chmodSync(folder, mode);
  if (process.getuid?.() === 0) chownSync(folder, uid, uid);
  return folder;
};
const RUN = ["run", "quick.yaml", "-q"];
const NO_HOME =
  /HOME is not set, and user id \d+ has no entry in \/etc\/passwd; set SQUALL_HOME to a folder that can be/;

const HOMES: readonly Environment[] = [
  ...(
    [
      [["--version"], 0, [/^\d+\.\d+\.\d+/]],
      [["validate", "quick.yaml"], 0, ["1 document ok"]],
      [["explain", "fault.latency"], 0, ["latency"]],
      [["complete", "--", "val"], 0, ["validate"]],
      [["runs"], 2, [NO_HOME]],
      [["halt", "--all", "--home-only"], 2, [NO_HOME]],
      [["up", "mesh.yaml"], 2, [NO_HOME]],
      [["agent", "--mesh", "mesh.yaml"], 2, [NO_HOME]],
      [RUN, 2, [NO_HOME]],
    ] as const
  ).map(
    ([argv, code, says]): Environment => ({
      ...{ name: `no entry in /etc/passwd and no HOME: ${argv.join(" ")}`, unknown: true, argv, code, says },
    }),
  ),
  {
    name: "no entry in /etc/passwd and no HOME, with a SQUALL_HOME: a whole run",
    unknown: true,
    make: (yard) => ({ SQUALL_HOME: folderOf(yard, "theirs", { uid: UNKNOWN_UID, mode: 0o700 }) }),
    ...{ argv: RUN, code: 0, says: ["HELD quick"] },
  },
  {
    name: "HOME=/ as `docker run -u` sets it",
    unknown: true,
    make: () => ({ HOME: "/" }),
    ...{ argv: RUN, code: 2, says: [/: \/ belongs to user root/, "set SQUALL_HOME to a folder that can be written"] },
    never: /chown/,
  },
  {
    name: "an empty HOME",
    make: () => ({ HOME: "" }),
    argv: ["runs"],
    code: 2,
    says: ['HOME is ""', "set SQUALL_HOME"],
  },
  {
    name: "a home that belongs to root",
    unknown: true,
    make: (yard) => ({ SQUALL_HOME: folderOf(yard, "roots") }),
    argv: RUN,
    code: 2,
    says: [
      /roots belongs to user root, and this is user \d+/,
      new RegExp(`run \`sudo chown -R ${UNKNOWN_UID}:${UNKNOWN_UID} \\S+/roots\`, or set SQUALL_HOME`),
    ],
  },
  {
    name: "runs of root in a home of one's own, as after a single `sudo squall run`",
    unknown: true,
    make(yard) {
      const home = folderOf(yard, "mixed", { uid: UNKNOWN_UID });
      folderOf(yard, "mixed/runs");
      return { SQUALL_HOME: home };
    },
    ...{ argv: RUN, code: 2, says: [/run `sudo chown -R \d+:\d+ \S+\/mixed\/runs`/] },
  },
  ...(["up", "context", "agent", "serve"] as const).map(
    (command): Environment => ({
      name: `a home that belongs to root: ${command}`,
      unknown: true,
      make: (yard) => ({ SQUALL_HOME: folderOf(yard, "roots"), SQUALL_TOKEN: "x".repeat(32) }),
      argv: {
        up: ["up", "mesh.yaml", "--detach"],
        context: ["context", "set", "x", "--server", "http://127.0.0.1:1", "--token-env", "X"],
        agent: ["agent", "--server", "http://127.0.0.1:1"],
        serve: ["serve", "--listen", "127.0.0.1:0"],
      }[command],
      ...{ code: 2, says: [/belongs to user root.*sudo chown -R \d+:\d+ \S+\/roots`/] },
    }),
  ),
  {
    name: "a home on a file system that is read-only",
    root: true,
    make: (yard) => ({ SQUALL_HOME: join(folderOf(yard, "read-only"), "squall") }),
    wrap: (command, yard) => [
      ...["unshare", "--mount", "sh", "-c", 'mount -t tmpfs -o ro none "$0" && exec "$@"'],
      ...[join(yard.folder, "read-only"), ...command],
    ],
    ...{ argv: RUN, code: 2, says: ["lies on a file system that is read-only; set SQUALL_HOME"] },
  },
  {
    name: "a home that is a file",
    make(yard) {
      const file = join(yard.folder, "file");
      writeFileSync(file, "");
      return { SQUALL_HOME: file };
    },
    ...{ argv: RUN, code: 2, says: ["is a file, and no folder; set SQUALL_HOME"] },
  },
  {
    name: "a relative XDG_STATE_HOME",
    make: (yard) => ({ HOME: folderOf(yard, "usual"), XDG_STATE_HOME: "state" }),
    argv: ["runs"],
    code: 0,
    says: [
      'XDG_STATE_HOME is "state", and no absolute path: ignored',
      /no run yet below \S+usual\/.local\/state\/squall/,
    ],
  },
  {
    name: "a ~ in SQUALL_HOME that no shell has replaced",
    make: () => ({ SQUALL_HOME: "~/squall" }),
    ...{
      argv: ["runs"],
      code: 2,
      says: ['SQUALL_HOME is "~/squall": only a shell replaces ~', "write the whole path"],
    },
  },
];

/** Copies this build into a folder of the given name. `without`: a package that is not installed in the copy. */
const checkoutIn = (yard: PairYard, name: string, without?: string): string => {
  const checkout = join(yard.folder, name);
  mkdirSync(join(checkout, "node_modules"), { recursive: true });
  // Hard links are used where the temporary folder is on the same disk, else copies.
  for (const part of ["dist", "cli", "package.json"])
    if (spawnSync("cp", ["-al", join(ROOT, part), checkout], { stdio: "ignore" }).status !== 0)
      spawnSync("cp", ["-r", join(ROOT, part), checkout]);
  for (const name of readdirSync(join(ROOT, "node_modules")))
    if (name !== without) symlinkSync(join(ROOT, "node_modules", name), join(checkout, "node_modules", name));
  return join(checkout, "cli/squall.js");
};
const ODD = "a # b %41 üñ";
const inCheckout =
  (without?: string) =>
  (command: readonly string[], yard: PairYard): readonly string[] =>
    command.map((word) => (word === SQUALL ? checkoutIn(yard, ODD, without) : word));
const limited =
  (files: number) =>
  (command: readonly string[]): readonly string[] => ["sh", "-c", `ulimit -n ${files} && exec "$0" "$@"`, ...command];
const DEAD = 'command: [sh, -c, "echo no module called express >&2; exit 3"]';
const home = (yard: PairYard) => ({ SQUALL_HOME: yard.home });
const MACHINES: readonly Environment[] = [
  ...[24, 64, 255].map(
    (files): Environment => ({
      name: `${files} file descriptors`,
      ...{ make: home, wrap: limited(files), argv: RUN, code: 2 },
      says: [/too few file descriptors: a process may open \d+ files here \(`ulimit -n`\)/, "run `ulimit -n 4096`"],
    }),
  ),
  {
    name: "few file descriptors: agent",
    ...{ make: home, wrap: limited(128), argv: ["agent", "--mesh", "mesh.yaml"], code: 2 },
    says: ["too few file descriptors"],
  },
  {
    name: "node_modules of another Node",
    make: home,
    wrap: inCheckout(driverFor(Number(process.versions.node.split(".", 1)[0]))),
    ...{ argv: RUN, code: 2 },
    says: [/INVALID quick: .*its driver for Node \S+ \(package \S+\) cannot be loaded: .*run `npm ci` with this one/],
    never: /internal error/,
  },
  {
    name: "node_modules of another Node: runs",
    make: home,
    wrap: inCheckout(driverFor(Number(process.versions.node.split(".", 1)[0]))),
    ...{ argv: ["verify"], code: 2, says: ["run `npm ci` with this one"], never: /internal error/ },
  },
  {
    name: "a checkout with #, % and spaces in its path: a whole run",
    make: (yard) => ({ SQUALL_HOME: join(yard.folder, "home # ü %41") }),
    ...{ wrap: inCheckout(), argv: RUN, code: 0, says: ["HELD quick"] },
  },
  {
    name: "a checkout with #, % and spaces in its path: agent",
    ...{ make: home, wrap: inCheckout(), argv: ["agent", "--server", "http://127.0.0.1:1"], code: 2 },
    says: ["expected the server's token in the environment variable SQUALL_TOKEN"],
  },
  {
    name: "a service that ends before it is ready, with -q",
    make(yard) {
      yard.put("dead/mesh.yaml", yard.read("mesh.yaml").replace(/command: .*/, DEAD));
      yard.put("dead/dead.yaml", pairExperiment({ name: "dead" }));
      return home(yard);
    },
    ...{ argv: ["run", "dead/dead.yaml", "-q"], code: 2 },
    says: ["INVALID dead: front ended before it was ready (exit code 3)", "| no module called express"],
  },
  ...["C", "POSIX", "tr_TR.UTF-8"].map(
    (locale): Environment => ({
      name: `the locale ${locale}`,
      make: () => ({ LC_ALL: locale, LANG: locale }),
      ...{ argv: ["explain", "quick.yaml"], code: 0, says: ["Front", "→"] },
    }),
  ),
  ...(
    [
      [[], "expected the server's token in the environment variable SQUALL_TOKEN"],
      [["--join-env", "JOIN"], "no credential: expected a join token in the environment variable JOIN"],
      [["--join", "missing.token"], "no credential: expected a join token in missing.token"],
      [
        ["--credential", "kept"],
        "no credential: expected a join token in the environment variable SQUALL_JOIN_TOKEN, or a credential of an earlier start in kept",
      ],
    ] as const
  ).map(
    ([flags, sentence]): Environment => ({
      name: `an agent without a credential ${flags.join(" ")}`,
      ...{ make: home, argv: ["agent", "--server", "http://127.0.0.1:1", ...flags], code: 2, says: [sentence] },
    }),
  ),
];

const into =
  (redirection: string) =>
  (command: readonly string[]): readonly string[] => ["sh", "-c", `exec "$0" "$@" ${redirection}`, ...command];
const NOT_WRITTEN = /what belongs on stdout could not be written whole: ENOSPC/;
const inGone = (command: readonly string[]): readonly string[] => [
  ...["sh", "-c", 'mkdir gone && cd gone && rmdir ../gone && exec "$0" "$@"'],
  ...command,
];
const STREAMS: readonly Environment[] = [
  ...[["--help"], ["--version"], ["runs", "--json"], ["validate", "quick.yaml"]].map(
    (argv): Environment => ({
      name: `stdout on a full disk: ${argv.join(" ")}`,
      ...{ make: home, wrap: into("> /dev/full"), argv, code: 70, says: [NOT_WRITTEN], never: /internal error/ },
    }),
  ),
  {
    name: "stdout on a full disk: a run whose result belongs there is not started",
    ...{ make: home, wrap: into("> /dev/full"), argv: ["run", "quick.yaml", "--json"], code: 2 },
    says: ["stdout cannot be written (ENOSPC)"],
  },
  {
    name: "stderr on a full disk: a whole run",
    ...{ make: home, wrap: into("2> /dev/full"), argv: ["run", "quick.yaml", "--json"], code: 0, says: ['"HELD"'] },
  },
  {
    name: "stdin, stdout and stderr closed: a whole run",
    ...{ make: home, wrap: into("<&- >&- 2>&-"), argv: RUN, code: 0, says: [] },
  },
  ...(
    [
      [["halt", "--all", "--home-only"], 0, "nothing was running"],
      [["runs"], 0, "no run yet"],
      [["complete", "--", "val"], 0, "validate"],
      [["validate", "quick.yaml"], 2, "the folder that this shell stands in is gone"],
      [RUN, 2, "the folder that this shell stands in is gone"],
    ] as const
  ).map(
    ([argv, code, sentence]): Environment => ({
      name: `a folder that somebody has removed: ${argv.join(" ")}`,
      ...{ make: home, wrap: inGone, argv, code, says: [sentence], never: /internal error/ },
    }),
  ),
  {
    name: "umask 0777",
    ...{ make: home, wrap: (command) => ["sh", "-c", 'umask 0777 && exec "$0" "$@"', ...command], argv: RUN },
    // Only root can read and write in the folders that the command makes under this umask.
    ...{ root: true, code: 0, says: ["HELD quick"] },
  },
  {
    name: "a home on a disk that is full",
    root: true,
    make: (yard) => ({ SQUALL_HOME: folderOf(yard, "full") }),
    wrap: (command, yard) => [
      "unshare",
      ...["--mount", "sh", "-c", 'mount -t tmpfs -o size=64k none "$0" && cat /dev/zero > "$0/fill"; exec "$@"'],
      ...[join(yard.folder, "full"), ...command],
    ],
    ...{ argv: RUN, code: 2, says: [/no space left on device|disk is full/, "set SQUALL_HOME to a folder elsewhere"] },
    never: /internal error/,
  },
  {
    name: "a terminal that is dumb, and a time zone that there is not",
    make: (yard) => ({ ...home(yard), TERM: "dumb", TZ: "Mars/Olympus" }),
    ...{ argv: RUN, code: 0, says: ["HELD quick"] },
  },
];

/** Opens a yard for a single environment, with separate ports and a separate home. */
const withYard = async (use: (yard: PairYard) => Promise<void>): Promise<void> => {
  const yard = await openPairYard();
  try {
    yard.put("quick.yaml", pairExperiment({ name: "quick", during: "2s" }));
    chmodSync(yard.folder, 0o755);
    await use(yard);
  } finally {
    yard.remove();
  }
};

/** Runs a command; resolves with the exit code and the output of both streams. */
const runs = (command: readonly string[], folder: string, env: Readonly<Record<string, string>>) =>
  new Promise<{ code: number | null; said: string }>((done) => {
    const [program, ...rest] = command;
    const child = spawn(program!, rest, { cwd: folder, env, stdio: ["ignore", "pipe", "pipe"] });
    let said = "";
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding("utf8").on("data", (text: string) => {
        said += text;
      });
    child.on("close", (code) => done({ code, said }));
  });
const expectOf = ({ argv, code, says, never, make, wrap, unknown }: Environment): Promise<void> =>
  withYard(async (yard) => {
    const env = { PATH: `${dirname(process.execPath)}:${process.env.PATH}`, ...make?.(yard) };
    const command = [...(unknown ? AS_UNKNOWN : []), ...NODE, ...argv];
    const ended = await runs(wrap?.(command, yard) ?? command, yard.folder, env);
    expect(ended).toMatchObject({ code });
    for (const sentence of says) expect(ended.said).toMatch(sentence);
    if (never !== undefined) expect(ended.said).not.toMatch(never);
  });
const isLeftOut = ({ unknown, root }: Environment): boolean =>
  (unknown === true && LACK !== null) || (root === true && process.getuid?.() !== 0);

describe.concurrent(`a home${LACK === null ? "" : ` (in part left out: ${LACK})`}`, () => {
  for (const environment of HOMES)
    it.skipIf(isLeftOut(environment))(environment.name, { timeout: 60_000 }, () => expectOf(environment));
});

describe.concurrent("a machine that is not ours", () => {
  for (const environment of [...MACHINES, ...STREAMS])
    it.skipIf(isLeftOut(environment))(environment.name, { timeout: 60_000 }, () => expectOf(environment));
});

describe.skipIf(LACK !== null || !canHaveCells)("without a home, in a process table of its own", () => {
  let cell: Cell;
  beforeAll(async () => {
    cell = await openCell();
  });
  afterAll(() => cell.close());
  it("`halt --all` halts what it sees, and says what it could not look into", { timeout: 60_000 }, () =>
    withYard(async ({ folder }) => {
      const command = cell.within([...AS_UNKNOWN, ...NODE, "halt", "--all"], folder);
      const { code, said } = await runs(command, folder, { PATH: process.env.PATH! });
      expect({ code, said }).toMatchObject({ code: 0, said: expect.stringMatching(NO_HOME) });
      expect(said).toContain("nothing was running that can be seen");
    }),
  );
});
