/** Recorded calls between services. */

/** Calls with the same caller, callee and protocol. */
export interface Call {
  /** User name that the caller gave to the proxy; null: no name. */
  readonly caller: string | null;
  /** Callee in the caller's words, `host:port`. */
  readonly callee: string;
  /** tcp: the caller's first bytes were no HTTP/1.1 request. */
  readonly protocol: "http" | "tcp";
  /** Count of requests where each was seen, else of connections. */
  readonly count: number;
}

/** RFC 9112, 3: a request line, or the part of the line that has come. */
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
  /** Counts a connection as TCP until the first bytes show HTTP. */
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
