/** Parts of a message that faults read and change. */

export interface ResponseHead {
  readonly status: number;
  header(name: string): string | undefined;
  /**
   * Present when a fault made this answer: there are no original bytes, the headers stand here, and the body follows as
   * data.
   */
  readonly made?: Answer;
}
/** Changes to a head. A `set` value of null removes the header. */
export interface HeadEdit {
  readonly status?: number;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string | null>>;
  /** Replacement for the whole body; the framing is adapted. */
  readonly body?: Uint8Array;
}
/** An answer made by a fault instead of the callee. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}
