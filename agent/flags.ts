/** The agent's command line: turns words into settings, or into a usage error. */
import { hostname } from "node:os";
import { parseArgs } from "node:util";
import {
  asInstance,
  type EdgeId,
  INSTANCE,
  INSTANCE_FORM,
  type Instance,
  instanceFor,
  NAME,
} from "../experiments/model/names.ts";
import { urlWithoutSecrets } from "../experiments/model/secrets/url-without-secrets.ts";
import { LOG_FORMATS } from "../experiments/model/text/log-line.ts";
import { formatSize, parseSize } from "../experiments/model/units/size.ts";
import { LIMITS } from "./contract/limits.ts";
import type { Labels } from "./contract/messages.ts";
import { LEAST_BUDGET } from "./held/held-memory.ts";
import { AllowList, LOOPBACK, type Policy } from "./policy.ts";
import { parseAddress } from "./transport/address.ts";
import { TIERS, type Tier } from "./transport/transport.ts";

export const USAGE = `usage: squall agent --server URL [--server URL …] [--token-env NAME | --join FILE | --join-env NAME] [--credential FILE]
                    [--service NAME] [--label KEY=VALUE …] [--edges FILE | --edges-env NAME] [--mesh-offer FILE] [--ca FILE] [--cert FILE --key FILE]
       squall agent --mesh FILE
       either with [--instance NAME] [--intercept (with --service)] [--control PATH] [--parent [--processes SERVICE,…]] [--listen EDGE=HOST:PORT …]
                   [--listen-allow PLACE …] [--upstream-allow PLACE …] [--allow-kinds KIND,…] [--greatest-share PERCENT]
                   [--log-format text|json|journald] [--transport raw|onread|data] [--held-memory SIZE]
       a PLACE is 10.0.0.0/8, 127.0.0.1:7204, payments or payments:8080`;

export interface Flags {
  readonly source: ConfigSource;
  readonly instance: Instance;
  readonly service: string | null;
  readonly labels: Labels;
  readonly listen: Readonly<Record<EdgeId, string>>;
  readonly policy: Policy;
  readonly control: string | null;
  readonly parent: boolean;
  /** Services whose processes the parent, a keeper, strikes for this agent. */
  readonly processes: readonly string[];
  /** Transport tier that is forced; null: the fastest that works. */
  readonly transport: Tier | null;
  /** Most memory for the bytes that faults hold, bytes; null: by the limit on the process's memory. */
  readonly heldMemory: number | null;
  /** The kernel sends this agent the calls of its service, and to its service. */
  readonly intercept: boolean;
}
export type ConfigSource =
  | { readonly kind: "mesh"; readonly file: string }
  | {
      readonly kind: "server";
      readonly urls: readonly string[];
      readonly tokenSource: TokenSource;
      /** File that keeps this instance's credential; null: no file. */
      readonly credential: string | null;
      readonly offer: string | null;
      /** Mesh whose edges are served with and without a server; null: the server alone tells the edges. */
      readonly edges: EdgeSource | null;
      readonly tls: Readonly<Record<"ca" | "cert" | "key", string | undefined>>;
    };
/** Mesh file, or environment variable that holds the text of a mesh file. */
export type EdgeSource = { readonly file: string } | { readonly variable: string };
/** Source of the token shown to the server: a token, or a join token that is exchanged for a credential. */
export type TokenSource =
  | { readonly what: "token" | "join"; readonly variable: string }
  | { readonly what: "join"; readonly file: string };

class UsageError extends Error {}
const wrong = (message: string): never => {
  throw new UsageError(message);
};

const OPTIONS = {
  server: { type: "string", multiple: true },
  mesh: { type: "string" },
  "token-env": { type: "string" },
  join: { type: "string" },
  "join-env": { type: "string" },
  credential: { type: "string" },
  instance: { type: "string" },
  service: { type: "string" },
  label: { type: "string", multiple: true },
  "mesh-offer": { type: "string" },
  edges: { type: "string" },
  "edges-env": { type: "string" },
  ca: { type: "string" },
  cert: { type: "string" },
  key: { type: "string" },
  control: { type: "string" },
  parent: { type: "boolean", default: false },
  processes: { type: "string" },
  listen: { type: "string", multiple: true },
  "listen-allow": { type: "string", multiple: true },
  "upstream-allow": { type: "string", multiple: true },
  "allow-kinds": { type: "string" },
  "greatest-share": { type: "string", default: "100%" },
  "log-format": { type: "string" },
  transport: { type: "string" },
  "held-memory": { type: "string" },
  intercept: { type: "boolean", default: false },
} as const;
type Values = ReturnType<typeof parseArgs<{ options: typeof OPTIONS }>>["values"];

export const readFlags = (args: readonly string[]): Flags | { readonly problem: string } => {
  try {
    const { values } = parseArgs({ args: [...args], options: OPTIONS });
    checkLogFormat(values);
    const source = sourceOf(values);
    return {
      source,
      instance: instanceOf(values),
      service: serviceOf(values),
      labels: labelsOf(values),
      listen: addresses(values.listen ?? []),
      policy: policyOf(values, source.kind === "server" && !values.parent),
      control: values.control ?? null,
      parent: values.parent,
      processes: processesOf(values),
      transport: transportOf(values),
      heldMemory: heldMemoryOf(values),
      intercept: interceptOf(values),
    };
  } catch (error) {
    const isOurs = error instanceof UsageError || error instanceof RangeError;
    return { problem: isOurs ? error.message : `${(error as Error).message}\n${USAGE}` };
  }
};

/** Instance name. A host name may not be a valid agent name; a name given by flag is never changed. */
const instanceOf = ({ instance }: Values): Instance => {
  if (instance === undefined)
    return (
      instanceFor(hostname()) ??
      wrong(`--instance: the host's name is no name for an agent; give one of ${INSTANCE_FORM}`)
    );
  return INSTANCE.test(instance)
    ? asInstance(instance)
    : wrong(`--instance: expected ${INSTANCE_FORM}, got ${instance}`);
};
const serviceOf = ({ service }: Values): string | null => {
  if (service === undefined) return null;
  if (NAME.test(service)) return service;
  return wrong(`--service: expected a name of a-z, 0-9 and "-", 63 characters at most, got ${service}`);
};
/** Only a keeper knows processes: the flag goes with the pipe to one. */
const processesOf = ({ processes, parent }: Values): readonly string[] => {
  if (processes === undefined) return [];
  if (!parent) return wrong("--processes: goes with --parent, which a keeper sets for the agent that it starts");
  const names = processes.split(",");
  const odd = names.find((name) => !NAME.test(name));
  return odd === undefined ? names : wrong(`--processes: expected names of services, got ${odd}`);
};
const labelsOf = ({ label = [] }: Values): Labels => {
  const labels = pairs(label, "--label", "KEY=VALUE");
  const words = Object.entries(labels);
  if (words.length > LIMITS.labels) wrong(`--label: expected ${LIMITS.labels} labels at most, got ${words.length}`);
  const odd = words.flat().find((word) => word.length > LIMITS.labelLength || /\p{C}/u.test(word));
  if (odd !== undefined)
    wrong(`--label: expected keys and values of ${LIMITS.labelLength} visible characters at most, got ${odd}`);
  return labels;
};

const transportOf = ({ transport }: Values): Tier | null => {
  if (transport === undefined) return null;
  const tier = TIERS.find((known) => known === transport);
  return tier ?? wrong(`--transport: expected ${TIERS.join(", ")}, got ${transport}`);
};

const heldMemoryOf = ({ "held-memory": given }: Values): number | null => {
  if (given === undefined) return null;
  const bytes = parseSize(given);
  if (bytes !== null && bytes >= LEAST_BUDGET) return bytes;
  return wrong(
    `--held-memory: expected a size such as 256MiB, ${formatSize(LEAST_BUDGET)} at least, got ${given}: the memory for bytes that faults hold`,
  );
};

/** A redirect takes the calls of a whole machine: without a service nobody has said whose calls these are. */
const interceptOf = ({ intercept, service, parent }: Values): boolean => {
  if (!intercept) return false;
  if (service === undefined)
    return wrong("--intercept: goes with --service, whose calls the kernel sends to this agent");
  if (parent) return wrong("--intercept: an agent that a mesh started has no redirect of its own: leave --parent out");
  return true;
};

/** Checks that `--log-format` names a log format. `formatIn` reads the flag's value, before all other flags. */
const checkLogFormat = ({ "log-format": named }: Values): void => {
  if (named !== undefined && !LOG_FORMATS.some((format) => format === named))
    wrong(`--log-format: expected ${LOG_FORMATS.join(", ")}, got ${named}`);
};

const sourceOf = (values: Values): ConfigSource => {
  const { server, mesh, credential = null, ca, cert, key } = values;
  if ((server === undefined) === (mesh === undefined)) return wrong(USAGE);
  if (mesh !== undefined && edgeSourceOf(values) !== null)
    return wrong("--edges goes with --server: an agent without a server serves the edges of --mesh");
  if (mesh !== undefined) return { kind: "mesh", file: mesh };
  for (const url of server!) {
    const isUrl = URL.canParse(url) && ["http:", "https:"].includes(new URL(url).protocol);
    if (!isUrl) wrong(`--server: expected a URL such as https://squall.example:8500, got ${urlWithoutSecrets(url)}`);
    if (new URL(url).pathname !== "/")
      wrong(
        `--server: ${urlWithoutSecrets(url)} is below a path, and Squall answers at the root of a host name: leave the path out`,
      );
  }
  const tls = { ca, cert, key };
  return {
    kind: "server",
    urls: server!,
    tokenSource: tokenSourceOf(values),
    credential,
    offer: values["mesh-offer"] ?? null,
    edges: edgeSourceOf(values),
    tls,
  };
};
const edgeSourceOf = ({ edges, "edges-env": variable }: Values): EdgeSource | null => {
  if (edges !== undefined && variable !== undefined)
    return wrong("--edges and --edges-env are two ways to say one thing: name one of them");
  if (edges !== undefined) return { file: edges };
  return variable === undefined ? null : { variable };
};
const tokenSourceOf = (values: Values): TokenSource => {
  const { join, "join-env": joinEnv, "token-env": tokenEnv, credential } = values;
  if ([join, joinEnv, tokenEnv].filter((given) => given !== undefined).length > 1)
    wrong("--token-env, --join and --join-env are three ways to say one thing: name one of them");
  if (join !== undefined) return { what: "join", file: join };
  if (joinEnv !== undefined || credential !== undefined)
    return { what: "join", variable: joinEnv ?? "SQUALL_JOIN_TOKEN" };
  return { what: "token", variable: tokenEnv ?? "SQUALL_TOKEN" };
};

const pairs = (words: readonly string[], flag: string, form: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    words.map((word) => {
      const at = word.indexOf("=");
      if (at < 1) wrong(`${flag}: expected ${form}, got ${word}`);
      return [word.slice(0, at), word.slice(at + 1)];
    }),
  );
const addresses = (words: readonly string[]): Readonly<Record<EdgeId, string>> => {
  const listen = pairs(words, "--listen", "EDGE=HOST:PORT such as checkout->payments=127.0.0.1:7204");
  for (const address of Object.values(listen)) parseAddress(address);
  return listen;
};

/** `remote`: a server chooses the listen addresses, so addresses beyond loopback need the user's leave. */
const policyOf = (values: Values, remote: boolean): Policy => {
  const listen = values["listen-allow"] ?? (remote ? LOOPBACK : null);
  const upstream = values["upstream-allow"] ?? null;
  return {
    kinds: values["allow-kinds"]?.split(",") ?? null,
    greatestShare: shareOf(values["greatest-share"]),
    listen: listen === null ? null : new AllowList(listen),
    upstream: upstream === null ? null : new AllowList(upstream),
  };
};
const shareOf = (text: string): number => {
  const share = /^\d+(\.\d+)?%$/.test(text) ? Number.parseFloat(text) / 100 : Number.NaN;
  return share <= 1 ? share : wrong(`--greatest-share: expected a share such as 20%, got ${text}`);
};
