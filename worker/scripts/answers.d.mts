export function completion(name: string, model: string): object;
export function events(name: string, model: string, usage?: boolean): string[];
export const FAILURES: Record<string, [status: number, body: object, headers?: Record<string, string>]>;
