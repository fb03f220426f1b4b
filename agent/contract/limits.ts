/**
 * Bounds of the contract's messages. A real agent never reaches the bounds of `LIMITS`, and a hostile agent never passes.
 */

/** Characters of any text of an order, and entries of any list. */
export const LONGEST_TEXT = 4_096;
export const LONGEST_LIST = 10_000;
/** Characters of a body or of a header's value that a fault writes, and of a header's name that a share goes by. */
export const LONGEST_BODY = 65_536;
export const LONGEST_HEADER_NAME = 256;
/**
 * Bytes of the largest message that an agent takes. An order is bounded by its bytes, not by the number of its values:
 * 1,000 different faults are 400 KB.
 */
export const LARGEST_ORDER_BYTES = 8 * 2 ** 20;
/** Way out for an order that is larger. */
export const SMALLER_ORDER = `${LARGEST_ORDER_BYTES / 2 ** 20} MiB at most: one fault can name several edges (\`"*"\` for any service) in place of a fault for each, and long bodies count in each fault`;
/** Longest duration of any timed parameter: 24 h. */
export const LONGEST_MS = 86_400_000;
/** Longest time that a service may take to end before a restart kills it. */
export const LONGEST_GRACE_MS = 60_000;
/** Longest life of any fault order: 2 h. */
export const LONGEST_FAULT_MS = 7_200_000;

/** Bounds of an agent's messages to the server. */
export const LIMITS = {
  /** Number of services whose processes an agent can strike: a mesh has no more. */
  services: 1_000,
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
  /** Number of endpoints with hits of their own in a receipt. */
  receiptEndpoints: 16,
  /** Number of absences of the callee in a receipt; the first are kept. */
  absences: 64,
  /** Number of exhausted resources in a receipt: one entry each. */
  exhausted: 2,
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
