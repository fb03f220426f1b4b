/** Chooses a command's server: by flags, the environment, the context in use, or because only one server is there. */
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import type { Context } from "../context.ts";
import {
  type Contexts,
  contextOf,
  isExposed,
  LOCAL,
  NO_CONTEXTS,
  type SavedContext,
  serverUrl,
} from "../contexts/contexts.ts";
import { readContexts } from "../contexts/file.ts";
import { usage } from "../exit.ts";
import { homeIfAny } from "../home.ts";
import { sayTo } from "../output.ts";
import { type Client, connect } from "./client.ts";
import type { ServerAddresses } from "./failover.ts";
import { localServersIn } from "./local-servers.ts";

export interface ServerOptions {
  readonly server?: readonly string[];
  readonly context?: string;
  readonly ca?: string;
}
/** A control plane to talk to. */
export interface Target {
  /** Name for people: `context prod`, or the first URL. */
  readonly name: string;
  readonly servers: ServerAddresses;
}
const TOKEN = "SQUALL_TOKEN";

const readAuthorities = (path: string): Promise<string> =>
  readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    throw usage(`the authorities in ${path} cannot be read (${error.code ?? error.message})`);
  });
const tokenOf = ({ environment }: Context, name: string, { token }: SavedContext): string => {
  if (token !== null && "value" in token) return token.value;
  const variable = token?.variable ?? TOKEN;
  const value = environment[variable];
  if (value) return value;
  throw usage(`context ${name} takes its token from the environment variable ${variable}, which is not set`);
};
const ofContext = async (
  context: Context,
  name: string,
  saved: SavedContext,
  options: ServerOptions,
): Promise<Target> => {
  const ca = options.ca === undefined ? saved.ca : resolve(context.cwd, options.ca);
  return {
    name: `context ${name}`,
    servers: {
      urls: saved.servers,
      token: tokenOf(context, name, saved),
      ca: ca === null ? null : await readAuthorities(ca),
      proxy: saved.proxy ?? null,
    },
  };
};

/**
 * Target by URL: the token stands in the environment, or in a context that trusts these very servers with that token.
 */
const ofUrls = async (context: Context, given: readonly string[], options: ServerOptions): Promise<Target> => {
  const urls = given.map(serverUrl);
  const token = context.environment[TOKEN];
  if (token) {
    const ca = options.ca === undefined ? null : await readAuthorities(resolve(context.cwd, options.ca));
    return { name: urls[0]!, servers: { urls, token, ca } };
  }
  const { saved } = await readContexts(context.home);
  const [name, known] =
    Object.entries(saved).find(([, { servers }]) => urls.every((url) => servers.includes(url))) ?? [];
  if (name === undefined || known === undefined)
    throw usage(
      `--server needs the server's token in the environment, as ${TOKEN}, or a context (\`squall context set\`)`,
    );
  const target = await ofContext(context, name, known, options);
  return { ...target, name: urls[0]!, servers: { ...target.servers, urls } };
};

const named = (context: Context, contexts: Contexts, name: string, options: ServerOptions): Promise<Target> | null =>
  name === LOCAL ? null : ofContext(context, name, contextOf(contexts, name), options);

/** Target of --server or --context; null: neither is given, or the context is this machine. */
export const targetOfFlags = async (context: Context, options: ServerOptions): Promise<Target | null> => {
  if (options.server !== undefined && options.context !== undefined) throw usage("give either --server or --context");
  if (options.server !== undefined) return ofUrls(context, options.server, options);
  if (options.context === undefined) return null;
  return named(context, await readContexts(context.home), options.context, options);
};
/** The context in use: of SQUALL_CONTEXT, else as chosen by `squall context use`; null: this machine. */
export const targetInUse = async (context: Context): Promise<Target | null> => {
  const chosen = context.environment.SQUALL_CONTEXT;
  const home = chosen ? context.home : homeIfAny(context);
  const contexts = home === null ? NO_CONTEXTS : await readContexts(home);
  const name = chosen || contexts.current;
  return name === null ? null : named(context, contexts, name, {});
};

/** The server of this machine, if exactly one is alive: the token lies in a file that only the owner reads. */
const onlyOneHere = async (context: Context): Promise<Target | null> => {
  const { output } = context;
  const home = homeIfAny(context);
  if (home === null) return null;
  const [first, ...more] = (await localServersIn({ home, clock: context.clock }, sayTo(output))).flatMap(({ live }) =>
    live === null ? [] : [live],
  );
  if (first === undefined) return null;
  if (more.length > 0)
    throw usage(
      `several servers run here: name one with --server, of ${[first, ...more].map(({ url }) => url).join(", ")}`,
    );
  return { name: first.url, servers: { urls: [first.url], token: first.token } };
};

/** Target for commands that always need a server. */
export const targetFor = async (context: Context, options: ServerOptions): Promise<Target> => {
  const isLocal = options.context === LOCAL;
  const found =
    (await targetOfFlags(context, options)) ??
    (isLocal ? null : await targetInUse(context)) ??
    (await onlyOneHere(context));
  if (found !== null) return found;
  throw usage(
    "no server: name one with --server URL (its token in SQUALL_TOKEN) or --context NAME, choose a context with `squall context use`, or start one with `squall serve`",
  );
};

/** A token over a line that others can listen to deserves a warning. */
const warnOfExposure = ({ output }: Context, { servers }: Target): void => {
  const exposed = servers.urls.filter(isExposed);
  if (exposed.length > 0) output.err(`the token goes to ${exposed.join(", ")} without encryption; use https`);
};
export const openTarget = (context: Context, target: Target): Client => {
  warnOfExposure(context, target);
  return connect(target.servers, context.clock);
};
export const openServer = async (context: Context, options: ServerOptions): Promise<Client> =>
  openTarget(context, await targetFor(context, options));
