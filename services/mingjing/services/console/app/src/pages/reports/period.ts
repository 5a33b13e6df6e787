/* Periods as the API writes them: 2026-10, 2026-Q3, 2026-H1, 2026. */
export type Kind = 'month' | 'quarter' | 'half' | 'year'
export const KINDS: readonly Kind[] = ['month', 'quarter', 'half', 'year']

const LENGTH: Record<Kind, number> = { month: 1, quarter: 3, half: 6, year: 12 }
const WRITTEN = /^(\d{4})(?:-(?:(0[1-9]|1[0-2])|Q([1-4])|H([12])))?$/

export interface Period { kind: Kind; year: number; place: number }

/** Returns the period `text` writes, or null; `place` counts from 0 within the year. */
export function readPeriod(text: string): Period | null {
  const found = WRITTEN.exec(text)
  if (!found) return null
  const [, year, month, quarter, half] = found
  const made = (kind: Kind, place: string | undefined): Period => ({ kind, year: Number(year), place: Number(place ?? 1) - 1 })
  if (month) return made('month', month)
  if (quarter) return made('quarter', quarter)
  return half ? made('half', half) : made('year', undefined)
}

export function writePeriod({ kind, year, place }: Period): string {
  if (kind === 'month') return `${year}-${String(place + 1).padStart(2, '0')}`
  if (kind === 'quarter') return `${year}-Q${place + 1}`
  return kind === 'half' ? `${year}-H${place + 1}` : `${year}`
}

/** The period `steps` later, of the same kind. */
export function later({ kind, year, place }: Period, steps: number): Period {
  const inYear = 12 / LENGTH[kind]
  const at = year * inYear + place + steps
  return { kind, year: Math.floor(at / inYear), place: at % inYear }
}

/** The period of `kind` that holds the first month of `period`. */
export const within = (period: Period, kind: Kind): Period =>
  ({ kind, year: period.year, place: Math.floor((period.place * LENGTH[period.kind]) / LENGTH[kind]) })

/** Whether a period has begun in the month `latest`, written YYYY-MM; one that has not cannot be asked for. */
export const begunIn = (period: Period, latest: string): boolean =>
  writePeriod({ kind: 'month', year: period.year, place: period.place * LENGTH[period.kind] }) <= latest

/** The month that holds a day `YYYY-MM-DD`. */
export const monthOf = (day: string): Period => ({ kind: 'month', year: Number(day.slice(0, 4)), place: Number(day.slice(5, 7)) - 1 })
