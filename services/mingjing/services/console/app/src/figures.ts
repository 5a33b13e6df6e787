/* Numbers as they are printed. */

/** Below this many cases a ratio says more about chance than about an agency. */
export const SMALL = 30

const grouped = new Intl.NumberFormat('en-US')

export const thousands = (n: number | null | undefined): string => (n === null || n === undefined ? '—' : grouped.format(n))

/** A count in a table, where none is a dash. */
export const count = (n: number): string => (n === 0 ? '—' : grouped.format(n))

/** `98.66%`, cut and not rounded, so that what fell short of all never reads 100.00%. */
export function percent(numerator: number, denominator: number): string {
  return `${(Math.floor((numerator * 10_000) / denominator) / 100).toFixed(2)}%`
}
