/** An instant as the engine reads it. */
export function text(instant: string | Date): string {
  return instant instanceof Date ? instant.toISOString() : instant;
}
