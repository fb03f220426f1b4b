/** How much an agent may tell its server: what a real one never reaches, and a hostile one never passes. */

export const LIMITS = {
  /** Labels of one agent, and characters of each key and value. */
  labels: 64,
  labelLength: 63,
  /** Edges that it tells of from a file of its own, and addresses of each callee. */
  offers: 1_000,
  endpoints: 1_000,
  /** Characters of `host:port`, of a path, and of an id such as `run/fault@from->to`. */
  addressLength: 300,
  pathLength: 2_048,
  idLength: 512,
  /** Characters of a sentence that says why. */
  whyLength: 512,
  /** Edges of one agent: a mesh has no more. */
  edges: 10_000,
  faults: 10_000,
  /** Receipts and watch counts in one message; the newest are told. */
  receipts: 1_000,
  watches: 1_000,
  /** Stalls in one pulse. */
  stalls: 20,
  /** Ordinals of one receipt, and of all in one message. */
  ordinals: 1_000,
  ordinalsInAll: 50_000,
  /** Faults whose marked exchanges one pulse tells, and characters of all that it tells of them: 4 KiB in base64. */
  markReports: 100,
  marksLength: 5_600,
  /** A histogram in which every cell has a count is 66 kB in base64. */
  latenciesLength: 100_000,
  helloBytes: 256 * 1024,
  messageBytes: 2 ** 20,
} as const;
