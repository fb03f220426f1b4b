/** Drafts a mesh from this machine's listeners: services by processes, edges by settings and open connections. */
import { callerSettings } from "../../experiments/model/mesh/caller-setting.ts";
import { spellCount } from "../../experiments/model/text/words.ts";
import { callerEnvironment } from "./caller-environment.ts";
import { type Draft, type DraftEdge, type DraftService, FIRST_PORT, nameFor } from "./draft.ts";
import { isLikelyHttp } from "./likely-http.ts";

export interface MachineProgram {
  /** Name by the process's command line; null: this user may not read the process. */
  readonly name: string | null;
  readonly command: string | null;
  readonly environment: Readonly<Record<string, string>>;
  /** `host:port` of each listener, in the order of the kernel's table. */
  readonly listens: readonly string[];
  /** Listening addresses of this machine that the process has connections to. */
  readonly calls: readonly string[];
}
export interface ListeningPrograms {
  readonly programs: readonly MachineProgram[];
}
export interface MachineOptions {
  readonly name: string;
  /** Port of the first edge; each further edge takes the next. */
  readonly firstPort?: number;
}
/** A draft, and lines about the discoveries and guesses. */
export interface MachineDraft {
  readonly draft: Draft;
  readonly told: readonly string[];
}

/** Programs of the system, of developers' tools, and of Squall: no part of a mesh. */
const SYSTEM =
  /^(sshd.*|systemd.*|cupsd|dnsmasq|rpcbind|avahi.*|chronyd|master|exim4|containerd.*|dockerd|rootlessport|code.*|cursor.*|chrom.*|Xorg|squall|vite|vitest|tsserver)$/;
const isOfSystem = ({ name, command }: MachineProgram): boolean =>
  (name !== null && SYSTEM.test(name)) || /\bsquall(\.js)?\s+(serve|up|agent|run)\b/.test(command ?? "");

/** Well-known names of programs that speak protocols other than HTTP. */
const NO_HTTP = /^(postgres.*|mysqld|mariadbd|redis-server|valkey-server|mongod|memcached|beam\.smp|nats-server)$/;
const portOf = (address: string): number => Number(address.slice(address.lastIndexOf(":") + 1));

interface FoundCall {
  readonly from: MachineProgram;
  readonly address: string;
  readonly variables: readonly string[];
}
const callsOf = (from: MachineProgram, addresses: readonly string[]): readonly FoundCall[] =>
  addresses.flatMap((address): FoundCall[] => {
    if (from.listens.includes(address)) return [];
    const variables = callerSettings(from.environment, [address], address).flatMap((setting) => setting.variables);
    return variables.length > 0 || from.calls.includes(address) ? [{ from, address, variables }] : [];
  });

export const meshFromMachine = (
  { programs }: ListeningPrograms,
  { name, firstPort = FIRST_PORT }: MachineOptions,
): MachineDraft | null => {
  const left = programs.filter(isOfSystem);
  const taken = programs.filter((program) => !isOfSystem(program));
  const listening = taken.filter(({ listens }) => listens.length > 0);
  if (listening.length === 0) return null;
  const names = new Set<string>();
  const byAddress = new Map<string, DraftService>();
  const own = new Map<MachineProgram, string>();
  for (const program of listening)
    for (const [i, address] of program.listens.entries()) {
      const base = program.name ?? `port-${portOf(address)}`;
      const service = nameFor(i === 0 ? base : `${base}-${portOf(address)}`, names);
      if (i === 0) own.set(program, service);
      const guess =
        program.name === null
          ? `whose process nobody may look at here: call it what it is, or run this as its user`
          : `named after its command: ${program.command}`;
      byAddress.set(address, { name: service, endpoints: [address], health: null, notes: [guess] });
    }
  const calls = taken.flatMap((program) => callsOf(program, [...byAddress.keys()]));
  for (const { from } of calls) if (!own.has(from)) own.set(from, nameFor(from.name ?? "unknown-caller", names));
  const listenOf = (call: FoundCall) => `127.0.0.1:${firstPort + calls.indexOf(call)}`;
  const edges = calls.map((call): DraftEdge => {
    const { from, address, variables } = call;
    const to = byAddress.get(address)!;
    const caller = own.get(from)!;
    const callee = programs.find(({ listens }) => listens.includes(address));
    const isSaid = variables.some((variable) => /^(http|ws):\/\//.test(from.environment[variable] ?? ""));
    const isHttp = isSaid || (isLikelyHttp(portOf(address)) && !NO_HTTP.test(callee?.name ?? ""));
    const tell =
      variables.length > 0
        ? `${caller}: put ${listenOf(call)} where ${variables.join(", ")} ${variables.length === 1 ? "has" : "have"} ${address}`
        : `${caller} has a connection to ${address}: let it call ${listenOf(call)} instead`;
    const protocol = `${isHttp ? "http" : "tcp"} is a guess by its port, ${portOf(address)}: say what it speaks`;
    return {
      from: caller,
      to: to.name,
      listen: listenOf(call),
      protocol: isHttp ? "http" : "tcp",
      notes: isSaid ? [tell] : [tell, protocol],
    };
  });
  const envOf = (program: MachineProgram) =>
    callerEnvironment(
      program.environment,
      calls
        .filter(({ from }) => from === program)
        .map((call) => ({ addresses: [call.address], listen: listenOf(call) })),
    );
  const envs = new Map([...own].map(([program, service]) => [service, envOf(program)]));
  const withEnv = (service: DraftService): DraftService => ({ ...service, env: envs.get(service.name) ?? {} });
  const answering = [...byAddress.values()].map(withEnv);
  const mute = [...own.values()]
    .filter((service) => !answering.some((each) => each.name === service))
    .map((service) => withEnv({ name: service, endpoints: [], health: null, notes: ["it listens nowhere"] }));
  const byVariable = calls.filter(({ variables }) => variables.length > 0).length;
  return {
    draft: {
      name,
      notes: [
        "From what listens on this machine: services by their commands, edges by who names or calls whom now. Read it through.",
        "An agent runs beside each caller, and the caller is configured to call where the agent listens.",
      ],
      services: [...answering, ...mute],
      edges,
    },
    told: [
      ...listening.map(
        (program) =>
          `found ${own.get(program)} on ${program.listens.join(", ")}${program.command === null ? "" : ` (${program.command})`}`,
      ),
      ...(left.length === 0 ? [] : [`left out: ${[...new Set(left.map((one) => one.name ?? "?"))].join(", ")}`]),
      `guessed ${spellCount(edges.length, "edge")}: ${byVariable} by environment, ${edges.length - byVariable} by open connections; names by commands, protocols by ports`,
    ],
  };
};
