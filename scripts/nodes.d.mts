export declare const NODES: Readonly<Record<string, string>>;
export declare const npm: (node: string, argv: readonly string[], cwd: string) => string;
export declare const ensureNode: (major: string | number) => string;
export declare const releasedNode: (major: string | number) => string;
export declare const ensureTree: (major: string | number) => {
  readonly node: string;
  readonly tree: string;
  readonly complaints: readonly string[];
};
