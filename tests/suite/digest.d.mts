/** As much of `node:fs` as is used. */
export interface FileSystem {
  existsSync(path: string): boolean;
  readdirSync(path: string, options: { withFileTypes: true }): { name: string; isDirectory(): boolean }[];
  readFileSync(path: string, encoding: "utf8"): string;
}

export interface Suite {
  name: string;
  sources: Record<string, string>;
}

/** As much of a report as the digest is made of. */
export interface Report {
  tests: readonly { decision?: string | null }[];
}

/** As much of the engine as runs a policy's tests. */
export interface Engine<R extends Report> {
  parse(sources: Record<string, string>): { test(): R; free(): void };
}

export interface Digest {
  decisions: number;
  sha256: string;
}

export function gather(fs: FileSystem, root: string): Suite[];
export function run<R extends Report>(policy: Engine<R>, suites: readonly Suite[]): { name: string; report: R }[];
export function digest(reports: readonly { name: string; report: Report }[]): Promise<Digest>;
export function line(runtime: string, digest: Digest): string;
