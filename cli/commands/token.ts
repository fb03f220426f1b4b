/** `squall token`: manages access. A new secret goes to stdout or into a 0600 file, once; lists never hold a secret. */
import { rm, writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { spellEdge } from "../../experiments/model/names.ts";
import { json } from "../../experiments/report/escape/json.ts";
import { terminal } from "../../experiments/report/escape/terminal.ts";
import type { Api, TokenView } from "../../server/contract/index.ts";
import type { Command, Context } from "../context.ts";
import { usage } from "../exit.ts";
import { parseSpan } from "../files/when.ts";
import { plainMessage } from "../output.ts";
import { allPages, type Client } from "../session/client.ts";
import { openServer, type ServerOptions } from "../session/target.ts";
import { type Field, type FormOptions, formOf, roughly, show, utc } from "../terminal/forms.ts";

type Created = Api["POST /api/v1/tokens"]["reply"];
export interface CreateOptions extends ServerOptions {
  readonly role: TokenView["role"];
  readonly service?: string;
  readonly edge?: readonly string[];
  readonly instance?: string;
  readonly expires?: string;
  readonly save?: string;
  readonly json?: boolean;
}

/** Opens the file before the token is made: a token that could not be saved would be lost. */
const openSaved = (cwd: string, file: string): Promise<void> =>
  writeFile(resolve(cwd, file), "", { mode: 0o600, flag: "wx" }).catch((error: NodeJS.ErrnoException) => {
    const why = error.code === "EEXIST" ? "is there already; name another file" : `cannot be written (${error.code})`;
    throw usage(`--save ${file}: ${why}`);
  });
const tell = async (
  { cwd, output }: Context,
  { save, json: asJson }: CreateOptions,
  created: Created,
): Promise<void> => {
  const { token, ...view } = created;
  if (save !== undefined) await writeFile(resolve(cwd, save), `${token}\n`, { mode: 0o600 });
  if (asJson === true) output.out(json({ schemaVersion: 1, token: save === undefined ? created : view }, 2));
  else if (save === undefined) output.out(terminal(token));
  const ends = view.expiresAt === null ? "does not expire" : `expires ${utc(Date.parse(view.expiresAt))} UTC`;
  const kept = save === undefined ? "it is shown this once" : `kept in ${save}`;
  output.err(plainMessage(`token ${view.name} (${view.role}, ${view.id}) ${ends}; ${kept}`));
};

export const createToken: Command<CreateOptions, [name: string]> = async (context, options, name) => {
  const { role, service, edge, instance, expires, save } = options;
  const client = await openServer(context, options);
  if (save !== undefined) await openSaved(context.cwd, save);
  const making = client.call("POST /api/v1/tokens", {
    body: {
      ...{ name, role },
      ...(service === undefined ? {} : { service }),
      ...(edge === undefined ? {} : { edges: [...edge] }),
      ...(instance === undefined ? {} : { instance }),
      ...(expires === undefined ? {} : { expiresIn: parseSpan("--expires", expires) / 1_000 }),
    },
  });
  const created = await making.catch(async (error) => {
    if (save !== undefined) await rm(resolve(context.cwd, save), { force: true });
    throw error;
  });
  await tell(context, options, created);
  return 0;
};

const listAll = (client: Client): Promise<TokenView[]> =>
  allPages(
    (cursor) => client.call("GET /api/v1/tokens", { query: { limit: 200, ...(cursor && { cursor }) } }),
    ({ tokens }) => tokens,
  );
const isOver = (nowMs: number, { revokedAt, expiresAt }: TokenView): boolean =>
  revokedAt !== null || (expiresAt !== null && Date.parse(expiresAt) <= nowMs);

const fieldsOf = (nowMs: number): readonly Field<TokenView>[] => {
  const ago = (at: string | null) => (at === null ? "never" : `${roughly(nowMs - Date.parse(at))} ago`);
  const ends = ({ revokedAt, expiresAt }: TokenView) =>
    revokedAt !== null
      ? "revoked"
      : expiresAt === null
        ? "never"
        : Date.parse(expiresAt) <= nowMs
          ? "expired"
          : `in ${roughly(Date.parse(expiresAt) - nowMs)}`;
  const bound = ({ service, instance, edges }: TokenView) =>
    [service, instance, edges?.map(spellEdge).join(", ")].filter((part) => part != null).join("; ");
  return [
    { title: "TOKEN", of: ({ name }) => name, elastic: 2 },
    { title: "ROLE", of: ({ role }) => role },
    { title: "BOUND TO", of: bound, elastic: 1 },
    { title: "USED", of: ({ lastUsedAt }) => ago(lastUsedAt) },
    { title: "ENDS", of: ends, paint: (token, paint) => (isOver(nowMs, token) ? paint.bad : (text) => text) },
    { title: "ID", of: ({ id }) => id },
    { title: "MADE BY", of: ({ createdBy }) => createdBy, wide: true },
    { title: "MADE (UTC)", of: ({ createdAt }) => utc(Date.parse(createdAt)), wide: true },
  ];
};

export const listTokens: Command<ServerOptions & FormOptions & { readonly all?: boolean }, []> = async (
  context,
  options,
) => {
  const nowMs = context.clock.wallMs();
  const all = await listAll(await openServer(context, options));
  const rows = options.all === true ? all : all.filter((token) => !isOver(nowMs, token));
  const none = "no token beside the server's own";
  const document = { schemaVersion: 1, tokens: rows };
  await show(context.output, formOf(options), {
    rows,
    fields: fieldsOf(nowMs),
    document,
    none,
    nameOf: ({ id }) => id,
  });
  return 0;
};

/** Finds a token by id, or by a name that only a single good token has. */
const idOf = (tokens: readonly TokenView[], wanted: string): string => {
  const exact = tokens.find(({ id }) => id === wanted);
  if (exact !== undefined) return exact.id;
  const [first, ...more] = tokens.filter(({ name, revokedAt }) => name === wanted && revokedAt === null);
  if (first === undefined) throw usage(`no token ${wanted}; \`squall token list\` lists them`);
  if (more.length > 0)
    throw usage(`several tokens are called ${wanted}: name one of ${[first, ...more].map(({ id }) => id).join(", ")}`);
  return first.id;
};
export const revokeTokens: Command<ServerOptions, [wanted: readonly string[]]> = async (context, options, wanted) => {
  const client = await openServer(context, options);
  const tokens = await listAll(client);
  const ids = wanted.map((one) => idOf(tokens, one));
  for (const id of ids) {
    const { name } = await client.call("DELETE /api/v1/tokens/:id", { params: { id } });
    context.output.out(terminal(`token/${name} revoked`));
  }
  return 0;
};
