/** A ledger with its steps, as a file has it. */
export interface VectorFile {
  name: string;
  about: string;
  policy: object;
  steps: readonly object[];
}

export interface VectorSum {
  answers: number;
  sha256: string;
  failures: string[];
}

/** As much of `node:fs` as is used. */
export interface FileSystem {
  readdirSync(path: string): string[];
  readFileSync(path: string, encoding: "utf8"): string;
}

export function gatherVectors(fs: FileSystem, root: string): VectorFile[];
/** As much of the engine as is used: the classes of the package. */
export interface LedgerEngine {
  Policy: { parse(sources: string): unknown };
  Ledger: new (policy: never) => unknown;
}

export function runVectors(engine: LedgerEngine, files: readonly VectorFile[]): Promise<VectorSum>;
export function vectorsLine(runtime: string, sum: VectorSum): string;
