/** What an upstream was asked. */
export interface Entry {
  path: string;
  headers: Record<string, string>;
  body: Record<string, unknown> & { metadata?: Record<string, string> };
  /** Whether the other side closed before the answer was complete. */
  closed: boolean;
}

export interface Upstream {
  url: string;
  log: Entry[];
  close(): Promise<void>;
}

export function startUpstream(name: string, options?: { port?: number; redirect?: string }): Promise<Upstream>;
export function connectionsFor(urls: { azure: string; bedrock: string }): string;
