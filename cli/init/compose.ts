/** Drafts a mesh from a compose file: callees named in the callers' settings, and the places of those names. */
import { type Reference, referencesIn } from "../../experiments/model/mesh/references.ts";
import { callerEnvironment } from "./caller-environment.ts";
import type { ComposeService } from "./compose-file.ts";
import { type Draft, type DraftEdge, type DraftService, FIRST_PORT, nameFor } from "./draft.ts";
import { isLikelyHttp } from "./likely-http.ts";

export interface ComposeOptions {
  readonly name: string;
  /** File name shown at the head of the mesh. */
  readonly file: string;
  /** Port of the first edge; each further edge takes the next. */
  readonly firstPort?: number;
}

/** A call from a service to another, on a port. */
interface Call {
  readonly from: ComposeService;
  readonly to: ComposeService;
  readonly port: number;
  readonly schemes: readonly string[];
  /** Variables that name the callee; empty: only `depends_on` does. */
  readonly where: readonly string[];
}

/** Schemes that a caller uses for a callee hold for the other callers too. */
const together = (calls: readonly Call[]): readonly Call[] =>
  calls.map((call) => {
    const same = calls.filter(({ to, port }) => to === call.to && port === call.port);
    return { ...call, schemes: [...new Set([...call.schemes, ...same.flatMap(({ schemes }) => schemes)])] };
  });

const HTTP = ["http", "ws"];
/** Well-known ports of protocols other than HTTP. */
const IMAGE_PORTS: Readonly<Record<string, number>> = {
  ...{ postgres: 5432, mysql: 3306, mariadb: 3306, redis: 6379, valkey: 6379, mongo: 27017, rabbitmq: 5672 },
  ...{ kafka: 9092, nats: 4222, memcached: 11211, cassandra: 9042, nginx: 80, httpd: 80, elasticsearch: 9200 },
};
const imagePort = ({ image }: ComposeService): number | undefined => {
  const name = image.split("/").at(-1)?.split(/[:@]/)[0] ?? "";
  return Object.hasOwn(IMAGE_PORTS, name) ? IMAGE_PORTS[name] : undefined;
};
const usualPort = (service: ComposeService): number | null =>
  service.ports[0] ?? service.health?.port ?? imagePort(service) ?? null;

/** A call for each callee and port that the settings of a service name. */
const callsOf = (from: ComposeService, byHost: ReadonlyMap<string, ComposeService>): readonly Call[] => {
  const calls = new Map<string, Call>();
  const add = (to: ComposeService | undefined, port: number | null, more: Partial<Reference>) => {
    if (to === undefined || to === from || port === null) return;
    const key = `${to.key}:${port}`;
    const { schemes = [], where = [] } = calls.get(key) ?? {};
    calls.set(key, {
      ...{ from, to, port },
      schemes: more.scheme ? [...new Set([...schemes, more.scheme])] : schemes,
      where: more.where === undefined ? where : [...new Set([...where, more.where])],
    });
  };
  for (const reference of referencesIn(from.environment, from.command)) {
    const to = byHost.get(reference.host);
    if (to !== undefined) add(to, reference.port ?? usualPort(to), reference);
  }
  const named = new Set([...calls.values()].map(({ to }) => to.key));
  for (const key of from.dependsOn) if (!named.has(key)) add(byHost.get(key), usualPort(byHost.get(key) ?? from), {});
  return [...calls.values()];
};

const spokenOn = ({ to, port, schemes, where }: Call): { protocol: DraftEdge["protocol"]; note: string | null } => {
  const [scheme] = schemes;
  if (schemes.some((each) => HTTP.includes(each))) return { protocol: "http", note: null };
  if (scheme === "https" || scheme === "wss")
    return {
      protocol: "tcp",
      note: "TLS: the agent sees bytes, not requests. To see requests, let the caller speak http to it.",
    };
  if (scheme === "grpc" || where.some((name) => /grpc/i.test(name)))
    return { protocol: "tcp", note: "gRPC: seen as bytes." };
  if (scheme !== undefined || imagePort(to) === port)
    return { protocol: port === 9200 || port === 80 ? "http" : "tcp", note: null };
  if (to.health !== null && to.health.port === port) return { protocol: "http", note: null };
  return isLikelyHttp(port)
    ? { protocol: "http", note: `http is a guess by its port, ${port}: make it tcp if it speaks anything but HTTP/1.1` }
    : { protocol: "tcp", note: "no setting says what is spoken: make it http if it speaks HTTP/1.1" };
};

const tellOf = ({ from, to, port, where }: Call, listen: string): string =>
  where.length === 0
    ? `only \`depends_on\` says so: take it out if ${from.key} does not call ${to.key}`
    : `${from.key}: put ${listen} where ${where.join(", ")} ${where.length === 1 ? "has" : "have"} ${to.key}:${port}`;

const headOf = (file: string, services: readonly ComposeService[], unread: readonly string[]): readonly string[] => [
  `From ${file}: who is named in whose settings. An agent runs beside each caller, in its network (\`network_mode: "service:…"\`),`,
  "and the caller is configured to call where the agent listens. Read it through: what a service finds out by itself stands nowhere.",
  ...unread.map((part) => `Not read: \`${part}\`.`),
  ...services.flatMap(({ key, unread: parts }) => parts.map((part) => `Not read: \`${part}\` of ${key}.`)),
];

/** Callees by service and port: the port with the most callers is the service, another port is a separate service. */
const calleesOf = (calls: readonly Call[], names: ReadonlyMap<string, string>, taken: Set<string>) => {
  const found = new Map<string, DraftService & { readonly port: number }>();
  const callers = ({ to, port }: Call) => calls.filter((other) => other.to === to && other.port === port).length;
  const main = new Set<string>();
  for (const call of calls.toSorted((a, b) => callers(b) - callers(a))) {
    const { to, port } = call;
    const key = `${to.key}:${port}`;
    if (found.has(key)) continue;
    const isMain = !main.has(to.key);
    main.add(to.key);
    const name = isMain ? names.get(to.key)! : nameFor(`${to.key}-${port}`, taken);
    const health = to.health?.port === port ? to.health.path : null;
    const notes = isMain ? [] : [`${to.key} again, on another port`];
    found.set(key, { name, endpoints: [`${to.key}:${port}`], health, notes, port });
  }
  return found;
};

/** Every service, and an edge for each call that a service's settings name. */
export const meshFromCompose = (
  { services, unread }: { readonly services: readonly ComposeService[]; readonly unread: readonly string[] },
  { name, file, firstPort = FIRST_PORT }: ComposeOptions,
): Draft => {
  const taken = new Set<string>();
  const names = new Map(services.map(({ key }) => [key, nameFor(key, taken)]));
  const byHost = new Map(services.flatMap((service) => service.hosts.map((host) => [host, service] as const)));
  const calls = together(services.flatMap((service) => callsOf(service, byHost)));
  const callees = calleesOf(calls, names, taken);
  const edges = calls.map((call, i): DraftEdge => {
    const listen = `127.0.0.1:${firstPort + i}`;
    const { protocol, note } = spokenOn(call);
    const notes = [tellOf(call, listen), ...(note === null ? [] : [note])];
    return {
      from: names.get(call.from.key)!,
      to: callees.get(`${call.to.key}:${call.port}`)!.name,
      listen,
      protocol,
      notes,
    };
  });
  const envOf = (service: ComposeService) =>
    callerEnvironment(
      service.environment,
      calls.flatMap(({ from, to, port }, i) =>
        from === service
          ? [{ addresses: to.hosts.map((host) => `${host}:${port}`), listen: `127.0.0.1:${firstPort + i}` }]
          : [],
      ),
    );
  const envs = new Map(services.map((service) => [names.get(service.key)!, envOf(service)]));
  const answering = [...callees.values()].map(({ port: _, ...service }) => ({
    ...service,
    env: envs.get(service.name) ?? {},
  }));
  const isAnswering = new Set(answering.map((service) => service.name));
  const others = [...names.values()].filter((each) => !isAnswering.has(each));
  const mute = others.map(
    (each): DraftService => ({ name: each, endpoints: [], health: null, env: envs.get(each) ?? {}, notes: [] }),
  );
  return { name, notes: headOf(file, services, unread), services: [...answering, ...mute], edges };
};
