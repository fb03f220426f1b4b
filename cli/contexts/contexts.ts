/** Contexts: server connections under names that the user chooses. Pure; `file.ts` stores contexts. */
import { urlWithoutSecrets } from "../../experiments/model/secrets/url-without-secrets.ts";
import { usage } from "../exit.ts";

export interface SavedContext {
  /** URLs of a single control plane, at least a single URL: the token is sent to these and to no other host. */
  readonly servers: readonly string[];
  /** The token, or the environment variable that holds the token. null: SQUALL_TOKEN. */
  readonly token: { readonly value: string } | { readonly variable: string } | null;
  /** PEM file with the authorities that the servers' certificates are checked against. null: those of the system. */
  readonly ca: string | null;
  /** Proxy for requests to these servers; null: none, even if the environment names a proxy. */
  readonly proxy?: string | null;
}
export interface Contexts {
  /** The context in use; null: none, commands stay on this machine. */
  readonly current: string | null;
  readonly saved: Readonly<Record<string, SavedContext>>;
}
export const NO_CONTEXTS: Contexts = { current: null, saved: {} };
/** Name for this machine alone: the behaviour of a command when no context is in use. */
export const LOCAL = "local";

const NAME = /^[a-z0-9][a-z0-9._-]{0,62}$/i;
const VARIABLE = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** `https://squall.example:4780`: an origin, without a path and without credentials. */
export const serverUrl = (text: string): string => {
  const url = URL.canParse(text) ? new URL(text) : null;
  const isOrigin = url !== null && /^https?:$/.test(url.protocol) && url.search === "" && url.hash === "";
  // `localhost:4780` is a URL, too, with the scheme `localhost`.
  if (/^(?!https?:)[\w.-]+(?::\d+)?$/.test(text) || /^\[[\da-f:]+\]:\d+$/i.test(text))
    throw usage(`server ${text}: expected a URL without a path, with its scheme: http://${text}, or https://${text}`);
  if (!isOrigin || url.pathname !== "/")
    throw usage(
      `server ${urlWithoutSecrets(text)}: expected a URL without a path, such as https://squall.example:4780: Squall answers at the root of a host name`,
    );
  if (url.username !== "" || url.password !== "")
    throw usage(`server ${url.origin}: a URL holds no credentials; give the token by SQUALL_TOKEN or a context`);
  return url.origin;
};
const LOOPBACK = /^(localhost|127(\.\d+){3}|\[::1\])$/;
/** True for a server on this machine, which is reached without a proxy. */
export const isLoopback = ({ hostname }: URL): boolean => LOOPBACK.test(hostname);
/** True if a token would cross a network that others can listen to. */
export const isExposed = (url: string): boolean => new URL(url).protocol === "http:" && !isLoopback(new URL(url));

/** `http://proxy.example:3128`, also with a user and a password; `none` removes the proxy. */
export const proxyUrl = (text: string): string | null => {
  if (text === "none") return null;
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !/^https?:$/.test(url.protocol) || url.pathname !== "/" || url.search !== "" || url.hash !== "")
    throw usage(
      `--proxy ${urlWithoutSecrets(text)}: expected a URL without a path, such as http://proxy.example:3128, or none`,
    );
  if (proxyCredentials(url) === null)
    throw usage(
      `--proxy ${urlWithoutSecrets(text)}: the user or the password has a % that begins no escape; write % as %25`,
    );
  return url.href;
};

/** `user:password`, decoded; `:` where there is none; null: broken percent-encoding. */
export const proxyCredentials = ({ username, password }: URL): string | null => {
  try {
    return [username, password].map(decodeURIComponent).join(":");
  } catch {
    return null;
  }
};

export const contextName = (name: string): string => {
  if (name === LOCAL) throw usage(`the name ${LOCAL} means this machine; choose another one`);
  if (!NAME.test(name))
    throw usage(`context ${name}: expected a name of letters, digits, dots and dashes, such as prod`);
  return name;
};
export const variableName = (name: string): string => {
  if (!VARIABLE.test(name)) throw usage(`--token-env ${name}: expected the name of an environment variable`);
  return name;
};

const listed = ({ saved }: Contexts): string => {
  const names = Object.keys(saved);
  return names.length === 0 ? "there is none yet: `squall context set` makes one" : `there are ${names.join(", ")}`;
};
export const contextOf = (contexts: Contexts, name: string): SavedContext => {
  const found = Object.hasOwn(contexts.saved, name) ? contexts.saved[name] : undefined;
  if (found === undefined) throw usage(`no context ${name}; ${listed(contexts)}`);
  return found;
};

/** Adds a context, or changes the given parts of an existing context. */
export const setContext = (contexts: Contexts, name: string, change: Partial<SavedContext>): Contexts => {
  contextName(name);
  const before = Object.hasOwn(contexts.saved, name) ? contexts.saved[name] : undefined;
  const servers = change.servers ?? before?.servers ?? [];
  if (servers.length === 0) throw usage(`context ${name} has no server yet: name one with --server URL`);
  const after = { token: null, ca: null, ...before, ...change, servers: [...new Set(servers.map(serverUrl))] };
  return { ...contexts, saved: { ...contexts.saved, [name]: after } };
};
export const chooseContext = (contexts: Contexts, name: string): Contexts => {
  if (name === LOCAL) return { ...contexts, current: null };
  contextOf(contexts, name);
  return { ...contexts, current: name };
};
export const removeContext = (contexts: Contexts, name: string): Contexts => {
  contextOf(contexts, name);
  const { [name]: _removed, ...saved } = contexts.saved;
  return { current: contexts.current === name ? null : contexts.current, saved };
};

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const isText = (value: unknown): value is string => typeof value === "string";
const isSaved = (value: unknown): value is SavedContext =>
  isRecord(value) &&
  Array.isArray(value.servers) &&
  value.servers.length > 0 &&
  value.servers.every(isText) &&
  (value.token === null || (isRecord(value.token) && (isText(value.token.value) || isText(value.token.variable)))) &&
  (value.ca === null || isText(value.ca)) &&
  // Older files have none.
  (value.proxy === undefined || value.proxy === null || isText(value.proxy));

/** Parses the text that `file.ts` wrote; null for any other text. */
export const parseContexts = (text: string): Contexts | null => {
  try {
    const { current = null, contexts } = JSON.parse(text) as { current?: unknown; contexts?: unknown };
    if (!(current === null || isText(current)) || !isRecord(contexts)) return null;
    const saved = Object.entries(contexts).filter((entry): entry is [string, SavedContext] => isSaved(entry[1]));
    if (saved.length < Object.keys(contexts).length) return null;
    return { current, saved: Object.fromEntries(saved) };
  } catch {
    return null;
  }
};
export const formatContexts = ({ current, saved }: Contexts): string =>
  `${JSON.stringify({ current, contexts: saved }, null, 2)}\n`;
