/** Hosts that the settings of a service name: `http://payments:8080`, `payments:8080`, `PAYMENTS_HOST=payments`. */

export interface Reference {
  /** The host as written in the setting. */
  readonly host: string;
  /** Port of the reference; null: no part of the setting gives a port. */
  readonly port: number | null;
  /** Scheme in lower case, without the part before its last `:` (`jdbc:postgresql`); null: no scheme is written. */
  readonly scheme: string | null;
  /** The variable, or "its command". */
  readonly where: string;
  /** The variable that holds the port, beside the variable with the host (`STOCK_PORT`); null: no variable does. */
  readonly portWhere: string | null;
}

const PORTS: Readonly<Record<string, number>> = {
  ...{ http: 80, ws: 80, https: 443, wss: 443, grpc: 50051, amqp: 5672, amqps: 5671, kafka: 9092, nats: 4222 },
  ...{ postgres: 5432, postgresql: 5432, mysql: 3306, mariadb: 3306, redis: 6379, rediss: 6379, mongodb: 27017 },
  ...{ memcached: 11211, cassandra: 9042, clickhouse: 9000, sqlserver: 1433, smtp: 25, ldap: 389, ldaps: 636 },
};
/** Longer settings are certificates and scripts. */
const LONGEST = 4_096;
const SEPARATORS = /[\s,;|"'`()<>=]+/;
const NAMES_A_HOST = /(host|server|addr|address|url|uri|endpoint|service|broker|target|upstream|backend|node)s?$/i;

interface PortBeside {
  readonly port: number;
  readonly name: string;
}
interface Token {
  readonly host: string;
  readonly port: number | null;
  readonly scheme: string | null;
}
/** RFC 3986, 3.2: the part between `//` and the next `/`, `?` or `#`; user and password are passed over. */
const parse = (token: string): Token | null => {
  const [, written = null, rest = ""] = /^(?:([a-z][a-z0-9+.:-]*):\/\/)?(.*)$/i.exec(token) ?? [];
  const authority = rest.split(/[/?#]/, 1)[0] ?? "";
  const [, host, port] =
    /^([a-z0-9][a-z0-9._-]*)(?::(\d{1,5}))?$/i.exec(authority.slice(authority.lastIndexOf("@") + 1)) ?? [];
  if (host === undefined) return null;
  const scheme = written?.toLowerCase().split(/[:+]/).at(-1) ?? null;
  return { host, port: port === undefined ? (PORTS[scheme ?? ""] ?? null) : Number(port), scheme };
};

const inText = (text: string, where: string, beside: PortBeside | null): Reference[] => {
  const tokens = text.slice(0, LONGEST).split(SEPARATORS);
  return tokens.flatMap((token, i): Reference[] => {
    const found = parse(token);
    if (found === null) return [];
    if (found.port !== null || found.scheme !== null) return [{ ...found, where, portWhere: null }];
    // A word alone is a host where a name or flag announces a host.
    const isNamed = tokens.length === 1 ? NAMES_A_HOST.test(where) : NAMES_A_HOST.test(tokens[i - 1] ?? "");
    return isNamed ? [{ ...found, port: beside?.port ?? null, where, portWhere: beside?.name ?? null }] : [];
  });
};

/** All possible hosts, in the order of the settings. */
export const referencesIn = (
  environment: Readonly<Record<string, string>>,
  command: readonly string[],
): readonly Reference[] => {
  const portBeside = (name: string): PortBeside | null => {
    const beside = name.replace(NAMES_A_HOST, (word) => (word === word.toUpperCase() ? "PORT" : "port"));
    const port = Number(environment[beside]);
    return beside !== name && Number.isInteger(port) && port > 0 && port < 65_536 ? { port, name: beside } : null;
  };
  return [
    ...Object.entries(environment).flatMap(([name, value]) => inText(value, name, portBeside(name))),
    ...command.flatMap((word) => inText(word, "its command", null)),
  ];
};
