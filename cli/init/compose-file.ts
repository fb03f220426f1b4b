/** The parts of a compose file that a mesh is drawn from (compose-spec: services, ports, environment, healthcheck). */
import { parseDocument } from "yaml";

export interface ComposeService {
  readonly key: string;
  /** The names under which other services reach this service. */
  readonly hosts: readonly string[];
  /** TCP ports inside the container, in the order of the file. */
  readonly ports: readonly number[];
  readonly environment: Readonly<Record<string, string>>;
  /** Entry point and command, as words. */
  readonly command: readonly string[];
  /** Services that this service waits for or links to. */
  readonly dependsOn: readonly string[];
  /** HTTP request of the service's health check. */
  readonly health: { readonly port: number | null; readonly path: string } | null;
  readonly image: string;
  /** Parts that are not read, such as `extends`. */
  readonly unread: readonly string[];
}
export type ComposeReading =
  | { readonly name: string | null; readonly services: readonly ComposeService[]; readonly unread: readonly string[] }
  | { readonly problem: string };

type Raw = Readonly<Record<string, unknown>>;
const mapOf = (raw: unknown): Raw =>
  typeof raw === "object" && raw !== null && !Array.isArray(raw) ? (raw as Raw) : {};
const listOf = (raw: unknown): readonly unknown[] => (Array.isArray(raw) ? raw : []);
const isScalar = (raw: unknown): raw is string | number | boolean =>
  ["string", "number", "boolean"].includes(typeof raw);
const textsOf = (raw: unknown): readonly string[] => listOf(raw).filter(isScalar).map(String);
const wordsOf = (raw: unknown): readonly string[] => (typeof raw === "string" ? raw.split(/\s+/) : textsOf(raw));

/** `K: V`, or a list of `K=V`. */
const environmentOf = (raw: unknown): Record<string, string> => {
  const listed = textsOf(raw).map((line): [string, string] => {
    const at = line.indexOf("=");
    return at < 0 ? [line, ""] : [line.slice(0, at), line.slice(at + 1)];
  });
  const mapped = Object.entries(mapOf(raw)).filter((entry): entry is [string, string] => isScalar(entry[1]));
  return Object.fromEntries([...listed, ...mapped.map(([key, value]): [string, string] => [key, String(value)])]);
};

/**
 * `"8080:80"`, `"127.0.0.1:8080:80/tcp"`, `80`, `{ target: 80 }`: the part inside the container. A range gives the
 * first port.
 */
const portOf = (raw: unknown): number | null => {
  const { target, protocol = "tcp" } = mapOf(raw);
  const [written = "", spoken = protocol] = String(target ?? raw).split("/");
  const port = Number(written.split(":").at(-1)?.split("-")[0]);
  return spoken === "tcp" && Number.isInteger(port) && port > 0 && port < 65_536 ? port : null;
};

const URL_IN_CHECK = /https?:\/\/(?:localhost|127\.0\.0\.1|\[::1\]|0\.0\.0\.0)(?::(\d{1,5}))?(\/[^\s"'`|;&)#]*)?/;
const healthOf = (raw: unknown): ComposeService["health"] => {
  const found = URL_IN_CHECK.exec(wordsOf(mapOf(raw).test).join(" "));
  return found === null ? null : { port: found[1] === undefined ? 80 : Number(found[1]), path: found[2] ?? "/" };
};

/** Names that compose allows; a service name is a host name as well. */
const NAME = /^[a-zA-Z0-9._-]+$/;
const UNREAD = ["extends", "env_file", "network_mode"];
const serviceOf = (key: string, raw: unknown): ComposeService => {
  const form = mapOf(raw);
  const aliases = Object.values(mapOf(form.networks)).flatMap((network) => textsOf(mapOf(network).aliases));
  const health = healthOf(form.healthcheck);
  const ports = [...listOf(form.expose), ...listOf(form.ports)].flatMap((port) => portOf(port) ?? []);
  const named = [key, form.container_name, form.hostname].filter(isScalar).map(String);
  return {
    ...{ key, health, hosts: [...new Set([...named, ...aliases])], ports: [...new Set(ports)] },
    environment: environmentOf(form.environment),
    command: [...wordsOf(form.entrypoint), ...wordsOf(form.command)],
    dependsOn: [
      ...textsOf(form.depends_on),
      ...Object.keys(mapOf(form.depends_on)),
      ...textsOf(form.links).map((link) => link.split(":")[0] ?? ""),
    ],
    image: isScalar(form.image) ? String(form.image) : "",
    unread: UNREAD.filter((part) => form[part] !== undefined),
  };
};

/** `$${` is a literal `${`; a variable without a value here takes the default. */
const withDefaults = (text: string): string =>
  text.replace(
    /\$\{([A-Za-z_]\w*)(?::?-([^}]*))?[^}]*\}/g,
    (_all, _name, otherwise: string | undefined) => otherwise ?? "",
  );

/** Reads the parts of a compose file that a mesh needs. Values of variables are unknown here: the defaults count. */
export const readCompose = (text: string, file: string): ComposeReading => {
  const document = parseDocument(withDefaults(text), { merge: true, prettyErrors: true });
  const [error] = document.errors;
  if (error !== undefined) return { problem: `${file}: not valid YAML: ${error.message}` };
  let raw: unknown;
  try {
    raw = document.toJS({ maxAliasCount: 100 });
  } catch (error) {
    return { problem: `${file}: ${String((error as Error).message)}` };
  }
  const { services, name, include } = mapOf(raw);
  const found = Object.entries(mapOf(services)).map(([key, form]) => serviceOf(key, form));
  if (found.length === 0) return { problem: `${file}: expected a compose file with \`services\`, and there are none` };
  const wrong = found.find(({ key }) => !NAME.test(key));
  if (wrong !== undefined)
    return {
      problem: `${file}: a service is called ${JSON.stringify(wrong.key)}: only letters, digits, ".", "_" and "-" may stand there`,
    };
  return {
    name: isScalar(name) ? String(name) : null,
    services: found,
    unread: include === undefined ? [] : ["include"],
  };
};
