export interface Source {
  /** As shown to people, and as recorded: the path as given, or below the folder that was given. */
  readonly file: string;
  readonly text: string;
  /** Absolute; what relative paths inside the file start from. */
  readonly directory: string;
  /** Named by itself on the command line: then it must hold what the command wants. */
  readonly named: boolean;
}
export declare const STDIN = "-";
/** Each text once, in the order given; what a folder or glob stands for is sorted by path. */
export declare const collect: (
  given: readonly string[],
  cwd: string,
  readStdin: () => Promise<string>,
) => Promise<Source[]>;
/** A path as shown: relative to where the command runs, unless that leads outside. */
export declare const shownPath: (path: string, cwd: string) => string;
//# sourceMappingURL=collect.d.ts.map
