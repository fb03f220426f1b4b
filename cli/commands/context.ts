/** `squall context`: manages named connections to servers. */
import { resolve } from "node:path";
import type { Command, Context } from "../context.ts";
import {
  type Contexts,
  chooseContext,
  isExposed,
  proxyUrl,
  removeContext,
  type SavedContext,
  setContext,
  variableName,
} from "../contexts/contexts.ts";
import { readContexts, writeContexts } from "../contexts/file.ts";
import { usage } from "../exit.ts";
import { plainMessage } from "../output.ts";
import { type Field, type FormOptions, formOf, show } from "../terminal/forms.ts";

interface Row {
  readonly name: string;
  readonly current: boolean;
  readonly saved: SavedContext;
}
const tokenText = ({ token }: SavedContext): string =>
  token === null ? "$SQUALL_TOKEN" : "value" in token ? "kept here" : `$${token.variable}`;
/** Proxy URL without the user and the password that may stand in the URL. */
const proxyText = ({ proxy = null }: SavedContext): string | null => (proxy === null ? null : new URL(proxy).origin);
const FIELDS: readonly Field<Row>[] = [
  { title: "", of: ({ current }) => (current ? "*" : "") },
  { title: "CONTEXT", of: ({ name }) => name, elastic: 1 },
  { title: "SERVERS", of: ({ saved }) => saved.servers.join(", "), elastic: 2 },
  { title: "TOKEN", of: ({ saved }) => tokenText(saved) },
  { title: "CA", of: ({ saved }) => saved.ca ?? "", wide: true },
  { title: "PROXY", of: ({ saved }) => proxyText(saved) ?? "", wide: true },
];
const rowsOf = ({ saved, current }: Contexts): Row[] =>
  Object.entries(saved).map(([name, one]) => ({ name, saved: one, current: name === current }));

export const listContexts: Command<FormOptions, []> = async ({ home, output }, options) => {
  const contexts = await readContexts(home);
  const rows = rowsOf(contexts);
  const document = {
    schemaVersion: 1,
    current: contexts.current,
    contexts: rows.map(({ name, saved }) => ({
      ...{ name, servers: saved.servers, token: tokenText(saved), ca: saved.ca, proxy: proxyText(saved) },
    })),
  };
  const none = "no context yet; `squall context set NAME --server URL` makes one";
  await show(output, formOf(options), { rows, fields: FIELDS, document, none, nameOf: ({ name }) => name });
  return 0;
};

export interface SetOptions {
  readonly server?: readonly string[];
  readonly tokenStdin?: boolean;
  readonly tokenEnv?: string;
  readonly ca?: string;
  readonly proxy?: string;
  readonly use?: boolean;
}
const tokenOf = async (context: Context, { tokenStdin, tokenEnv }: SetOptions): Promise<SavedContext["token"]> => {
  if (tokenEnv !== undefined) return { variable: variableName(tokenEnv) };
  const value = tokenStdin === true ? (await context.readStdin()).trim() : "";
  if (value === "" || /\s/.test(value)) throw usage("--token-stdin: expected one token on stdin");
  return { value };
};
export const setContextCommand: Command<SetOptions, [name: string]> = async (context, options, name) => {
  const { home, output, cwd } = context;
  if (options.tokenStdin === true && options.tokenEnv !== undefined)
    throw usage("--token-stdin and --token-env exclude each other");
  const before = await readContexts(home);
  const change: Partial<SavedContext> = {
    ...(options.server === undefined ? {} : { servers: options.server }),
    ...(options.tokenStdin === undefined && options.tokenEnv === undefined
      ? {}
      : { token: await tokenOf(context, options) }),
    ...(options.ca === undefined ? {} : { ca: resolve(cwd, options.ca) }),
    ...(options.proxy === undefined ? {} : { proxy: proxyUrl(options.proxy) }),
  };
  const set = setContext(before, name, change);
  const after = options.use === true ? chooseContext(set, name) : set;
  await writeContexts(home, after);
  const { servers, token } = after.saved[name]!;
  output.err(plainMessage(`context ${name}: ${servers.join(", ")}${after.current === name ? ", in use" : ""}`));
  if (token === null) output.err("its token is taken from SQUALL_TOKEN; --token-stdin keeps one here");
  for (const url of servers.filter(isExposed))
    output.err(plainMessage(`the token will go to ${url} without encryption; use https`));
  return 0;
};

export const chooseContextCommand: Command<Record<never, never>, [name: string]> = async (
  { home, output },
  _,
  name,
) => {
  const contexts = chooseContext(await readContexts(home), name);
  await writeContexts(home, contexts);
  output.err(plainMessage(contexts.current === null ? "commands stay on this machine" : `using context ${name}`));
  return 0;
};

export const removeContexts: Command<Record<never, never>, [names: readonly string[]]> = async (
  { home, output },
  _,
  names,
) => {
  await writeContexts(home, names.reduce(removeContext, await readContexts(home)));
  for (const name of names) output.err(plainMessage(`context ${name} is forgotten`));
  return 0;
};
