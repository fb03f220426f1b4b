/** What was seen of who calls whom. */

/** One caller, callee and protocol. */
export interface Call {
  /** The user name that the caller gave to the proxy; null: it gave none. */
  readonly caller: string | null;
  /** `host:port` as the caller named it. */
  readonly callee: string;
  /** tcp: what the caller sent first was no HTTP/1.1 request. */
  readonly protocol: "http" | "tcp";
  /** Requests where they were seen one by one, else connections. */
  readonly count: number;
}

/** RFC 9112, 3: a request line, or as much of one as has come. */
const REQUEST = /^[A-Z][A-Z-]{0,20} \S+( HTTP\/1\.[01]\r?\n|$)/;
const isHttp = (bytes: Buffer): boolean => {
  const [line] = bytes.toString("latin1", 0, 2_048).split(/(?<=\n)/);
  return REQUEST.test(line ?? "");
};

export class Calls {
  readonly #calls = new Map<string, Call>();

  add(caller: string | null, callee: string, protocol: Call["protocol"], by = 1): void {
    const key = JSON.stringify([caller, callee, protocol]);
    const count = (this.#calls.get(key)?.count ?? 0) + by;
    this.#calls.set(key, { caller, callee, protocol, count });
  }
  /** A connection, which counts as bytes until its first ones say what they are. */
  begin(caller: string | null, callee: string): (first: Buffer) => void {
    this.add(caller, callee, "tcp");
    return (first) => {
      if (!isHttp(first)) return;
      this.add(caller, callee, "tcp", -1);
      this.add(caller, callee, "http");
    };
  }
  list(): readonly Call[] {
    return [...this.#calls.values()].filter(({ count }) => count > 0);
  }
}
