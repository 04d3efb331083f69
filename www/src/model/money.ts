// Money as people read it. The decimal texts of the engine are formatted as they are, never through a float.
const USD = new Intl.NumberFormat("en", {
  style: "currency",
  currency: "USD",
  minimumFractionDigits: 2,
  maximumFractionDigits: 12,
});

export function usd(decimal: string): string {
  if (decimal.includes("/")) {
    // No decimal is exact for it.
    return `${decimal} USD`;
  }
  // Exact since ECMAScript 2023, where the formatter takes decimal texts.
  return USD.format(decimal as unknown as number);
}

const PERCENT = new Intl.NumberFormat("en", { style: "percent", maximumFractionDigits: 12 });

/** A share of the whole as a percentage. */
export function percent(share: string): string {
  return share.includes("/") ? share : PERCENT.format(share as unknown as number);
}

const COUNT = new Intl.NumberFormat("en");

export function count(number: number): string {
  return COUNT.format(number);
}
