interface ChunkImports {
  readonly name: string;
  readonly imports: readonly string[];
  readonly isAsync: boolean;
}
interface ChunkScript extends ChunkImports {
  readonly exports: readonly string[];
  readonly script: string;
}
export declare const scriptOf: (parse: (source: string) => object, name: string, source: string) => ChunkScript;
export declare const checkImports: (chunks: readonly ChunkImports[]) => void;
