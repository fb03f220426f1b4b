/**
 * Limits on an agent's messages to the server: a real agent never reaches these limits, and a hostile agent never
 * passes.
 */

export const LIMITS = {
  /** Number of labels of an agent, and characters of each key and value. */
  labels: 64,
  labelLength: 63,
  /** Number of edges that an agent offers from a local configuration file, and number of addresses of each callee. */
  offers: 1_000,
  endpoints: 1_000,
  /** Characters of `host:port`, of a path, and of an id such as `run/fault@from->to`. */
  addressLength: 300,
  pathLength: 2_048,
  idLength: 512,
  /** Characters of a sentence that says why. */
  whyLength: 512,
  /** Number of edges of an agent: a mesh has no more. */
  edges: 10_000,
  faults: 10_000,
  /** Number of receipts and of watch counts in a message; the newest are sent. */
  receipts: 1_000,
  watches: 1_000,
  /** Number of stalls in a pulse. */
  stalls: 20,
  /** Number of codes of refusals of an edge. */
  refusals: 100,
  /** Number of ordinals in a receipt, and in all receipts of a message together. */
  ordinals: 1_000,
  ordinalsInAll: 50_000,
  /** Number of faults with mark reports in a pulse, and characters of those reports together: 4 KiB in base64. */
  markReports: 100,
  marksLength: 5_600,
  /** A histogram in which every cell has a count is 66 kB in base64. */
  latenciesLength: 100_000,
  helloBytes: 256 * 1024,
  messageBytes: 2 ** 20,
} as const;
