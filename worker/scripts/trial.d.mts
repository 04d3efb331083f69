import type { Upstream } from "./upstreams.mjs";

export interface Trial {
  url: string;
  azure: Upstream;
  bedrock: Upstream;
  stop(): Promise<void>;
}

export function startTrial(options?: {
  port?: number;
  vars?: Record<string, string>;
  output?: (text: string) => void;
}): Promise<Trial>;
