/** `DATABASE_URL`, as libpq reads URLs: several hosts mean the server of a single database that takes writes. */

export interface DatabaseUrl {
  /** URLs of single hosts, in the order of the hosts in the given URL. */
  readonly urls: readonly string[];
  /** `host:port/database`, without user and password. */
  readonly place: string;
}
export const DEFAULT_PORT = "5432";
/** Values of libpq's `target_session_attrs` that allow a server which writes. */
const WRITABLE = new Set(["any", "read-write", "primary"]);

/** Parts of a URL: `postgres://user:password@`, the hosts, and the rest. */
const FORM = /^(postgres(?:ql)?:\/\/(?:[^@/?#]*@)?)([^/?#@]+)([/?].*)?$/;

/** Reads a URL; null: the text is no such URL. Throws if the URL asks for a database that takes no writes. */
export const readDatabaseUrl = (text: string): DatabaseUrl | null => {
  const [, front, hosts, rest = ""] = FORM.exec(text) ?? [];
  if (front === undefined || hosts === undefined) return null;
  const [path = "", query = ""] = rest.split("?", 2);
  const parameters = new URLSearchParams(query);
  const wanted = parameters.get("target_session_attrs") ?? "read-write";
  if (!WRITABLE.has(wanted))
    throw new Error(`target_session_attrs=${wanted} asks for a database that takes no writes: leave it away`);
  parameters.delete("target_session_attrs");
  const tail = `${path}${parameters.size === 0 ? "" : `?${parameters}`}`;
  const urls = hosts.split(",").map((host) => `${front}${host}${tail}`);
  if (!urls.every((url) => URL.canParse(url))) return null;
  return { urls, place: `${hosts}${path}` };
};
