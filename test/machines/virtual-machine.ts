/**
 * Virtual machine for a single command, with cgroup v2 as systemd mounts it, on hosts of either cgroup version: QEMU,
 * Debian's kernel, and the host's root file system below a tmpfs. The host keeps no trace: writes of the command stay
 * in the machine's memory, QEMU dies with its parent, and no file is left behind.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { accessSync, closeSync, constants, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable, Writable } from "node:stream";
import { BUSYBOX } from "../../scripts/busybox.ts";
import { findKernel, QEMU, VIRTUAL_MACHINE } from "../../scripts/linux-kernel.ts";
import { lackOf } from "../../scripts/programs.ts";
import { initramfsOf } from "./initramfs.ts";

export interface MachineForm {
  readonly memoryMiB: number;
  readonly cpus: number;
  /** Time from the start of QEMU to its end; without KVM a boot takes 5 to 15 s of the limit. */
  readonly limitMs: number;
  /** Folder of the host in which the command starts. Not below /tmp, which is empty in the machine. */
  readonly folder: string;
  /** Variables added to `INHERITED`, in an otherwise empty environment. */
  readonly env: Readonly<Record<string, string>>;
  /** Streams that get the command's output as it comes. */
  readonly echo?: { readonly stdout: Writable; readonly stderr: Writable };
}
export interface CommandEnd {
  /** Exit code; 128 + the signal's number after a signal, as in a shell. */
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
  /** The kernel's messages. */
  readonly console: string;
}
const DEFAULTS: MachineForm = {
  memoryMiB: 4_096,
  cpus: 2,
  limitMs: 300_000,
  folder: process.cwd(),
  env: {},
};

const mayUse = (device: string): boolean => {
  try {
    accessSync(device, constants.R_OK | constants.W_OK);
    return true;
  } catch {
    return false;
  }
};
/**
 * Hardware virtualization. The device alone does not tell: a host under PVM has /dev/kvm, whose KVM emulates a stock
 * kernel's instructions and does not end decompressing the kernel.
 */
const hasHardware = (): boolean => /^flags\s*:.* (vmx|svm)\b/m.test(readFileSync("/proc/cpuinfo", "utf8"));
/** QEMU's options for the processor: that of the host, or an emulated processor, about ten times slower. */
const processorOf = (): readonly string[] =>
  hasHardware() && mayUse("/dev/kvm")
    ? ["-accel", "kvm", "-cpu", "host"]
    : ["-accel", "tcg,thread=multi", "-cpu", "max"];

/** Reason why this host starts no virtual machine; null: virtual machines work. */
export const lackOfVirtualMachines = (): string | null => {
  if (process.platform !== "linux" || process.arch !== "x64") return "the virtual machine is made for Linux on x86-64";
  return lackOf(...VIRTUAL_MACHINE);
};

/** Descriptors of QEMU, as sockets of this process, and the initramfs. */
const [INITRAMFS, CONTROL, STDOUT, STDERR] = [3, 4, 5, 6];
const PORTS = [CONTROL, STDOUT, STDERR];
const argvOf = (
  qemu: string,
  { image, modules }: { readonly image: string; readonly modules: string },
  { memoryMiB, cpus }: MachineForm,
): readonly string[] => [
  ...[qemu, ...processorOf(), "-machine", "pc", "-smp", `${cpus}`, "-m", `${memoryMiB}M`],
  ...["-nodefaults", "-no-user-config", "-no-reboot", "-display", "none", "-nic", "none"],
  ...["-kernel", image, "-initrd", `/dev/fd/${INITRAMFS}`],
  // The kernel hands unknown settings to the first program, as variables. A panic ends QEMU, by `-no-reboot`.
  ...["-append", `console=ttyS0 quiet panic=-1 mitigations=off HOST_MODULES=${modules}`],
  ...["-chardev", "stdio,id=console,signal=off", "-serial", "chardev:console"],
  ...["-fsdev", "local,id=host,path=/,security_model=none,readonly=on,multidevs=remap"],
  ...["-device", "virtio-9p-pci,fsdev=host,mount_tag=host", "-device", "virtio-serial-pci"],
  ...PORTS.flatMap((descriptor, index) => [
    ...["-chardev", `socket,id=port${index},fd=${descriptor}`],
    ...["-device", `virtserialport,chardev=port${index},nr=${index + 1}`],
  ]),
];

/** Variables that name folders of the host, which the machine has too. */
const INHERITED = ["HOME", "PATH", "XDG_CACHE_HOME"];
const quote = (word: string): string => `'${word.replaceAll("'", `'\\''`)}'`;
/** Shell script of the command, for the session in the machine. */
const scriptOf = (argv: readonly string[], { folder, env }: MachineForm): string => {
  const inherited = INHERITED.map((name) => [name, process.env[name]] as const);
  const exports = [...inherited, ...Object.entries(env)].map(([name, value]) =>
    value === undefined ? "" : `export ${name}=${quote(value)}\n`,
  );
  return `${exports.join("")}cd ${quote(folder)} || exit 127\nexec ${argv.map(quote).join(" ")}\n`;
};

/** Opens a file with the bytes and without a name: QEMU reads the file by its descriptor. */
const openUnnamed = (bytes: Buffer): number => {
  const folder = mkdtempSync(join(tmpdir(), "squall-vm-"));
  try {
    const file = join(folder, "initramfs");
    writeFileSync(file, bytes);
    return openSync(file, "r");
  } finally {
    rmSync(folder, { recursive: true });
  }
};
const gather = (stream: Readable, echo?: Writable): { text: string } => {
  const gathered = { text: "" };
  stream.setEncoding("utf8").on("data", (text: string) => {
    gathered.text += text;
    echo?.write(text);
  });
  // A socket whose other end died with QEMU; the missing status tells.
  stream.on("error", () => {});
  return gathered;
};

/**
 * Boots a machine, runs the command there as root, and returns the command's end. Throws if the machine ended without
 * the command's status: at the limit, or after a panic, with the kernel's last messages.
 */
export const runInVirtualMachine = async (
  argv: readonly string[],
  form: Partial<MachineForm> = {},
): Promise<CommandEnd> => {
  const lack = lackOfVirtualMachines();
  if (lack !== null) throw new Error(`no virtual machine here: ${lack}`);
  const full = { ...DEFAULTS, ...form };
  const kernel = findKernel()!;
  const initramfs = openUnnamed(initramfsOf(kernel, BUSYBOX.find()!));
  const child = spawn("setpriv", ["--pdeathsig", "KILL", "--", ...argvOf(QEMU.find()!, kernel, full)], {
    stdio: ["ignore", "pipe", "pipe", initramfs, "pipe", "pipe", "pipe"],
  });
  closeSync(initramfs);
  const closed = once(child, "close");
  const [control, stdout, stderr] = PORTS.map((descriptor) => child.stdio[descriptor] as unknown as Readable);
  const told = gather(control!);
  const said = { stdout: gather(stdout!, full.echo?.stdout), stderr: gather(stderr!, full.echo?.stderr) };
  const messages = gather(child.stdout!);
  const complaints = gather(child.stderr!);
  const script = Buffer.from(scriptOf(argv, full)).toString("base64");
  (control as unknown as Writable).write(`${script}\n${Math.ceil(full.limitMs / 1_000)}\n`);
  let isLate = false;
  const limit = setTimeout(() => {
    isLate = true;
    child.kill("SIGKILL");
  }, full.limitMs);
  await closed;
  clearTimeout(limit);
  const status = /^status (\d+)$/m.exec(told.text)?.[1];
  const output = { stdout: said.stdout.text, stderr: said.stderr.text, console: messages.text };
  if (status !== undefined) return { status: Number(status), ...output };
  const why = isLate ? `was ended at its limit of ${full.limitMs / 1_000} s` : "ended by itself";
  const last = `${complaints.text}${messages.text}`.slice(-4_000);
  throw new Error(
    `The virtual machine ${why} before the command's end. Standard output: ${output.stdout.slice(-2_000)}\nStandard error: ${output.stderr.slice(-2_000)}\nLast messages of QEMU and the kernel:\n${last}`,
  );
};
