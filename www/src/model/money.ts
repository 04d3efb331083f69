// Money as people read it. The decimal texts of the engine are formatted as they are, never through a float.
const USD = new Intl.NumberFormat("en", {
  style: "currency",
  currency: "USD",
  minimumFractionDigits: 2,
  maximumFractionDigits: 12,
});

export function usd(decimal: string): string {
  // Exact since ECMAScript 2023, where the formatter takes decimal texts.
  return USD.format(decimal as unknown as number);
}

const COUNT = new Intl.NumberFormat("en");

export function count(number: number): string {
  return COUNT.format(number);
}
