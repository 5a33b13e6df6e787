/* The trend of cards: stacks to a scale, and what the days of this month were. */
import type { TrendDay } from '@/api'

/** As many as the chart shows; the overview holds one more, for a month of 31 to be known from its first. */
export const TREND_DAYS = 30

export const SERIES = ['warning', 'yellow', 'red'] as const
export type Series = (typeof SERIES)[number]

export const total = (day: TrendDay): number => day.warning + day.yellow + day.red

/** The least round top of scale that holds `most`, with the step between its lines: three to five of them. */
export function scale(most: number): { top: number; step: number } {
  const rough = Math.max(1, most) / 4
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = Math.max(1, [1, 2, 5, 10].map((n) => n * power).find((n) => n >= rough) ?? 10 * power)
  return { top: Math.ceil(Math.max(1, most) / step) * step, step }
}

export interface Bar { series: Series; from: number; to: number; n: number }

/** The day's stack from the ground up; levels with no card take no place. */
export function stackOf(day: TrendDay): Bar[] {
  let from = 0
  return SERIES.flatMap((series) => {
    const n = day[series]
    if (n === 0) return []
    const bar = { series, from, to: from + n, n }
    from = bar.to
    return [bar]
  })
}

export interface Stretch { name: string; from: string; to: string; first: number; last: number }

/** Neighbouring holidays of one name, with their places in `days`. */
export function holidaysOf(days: readonly TrendDay[]): Stretch[] {
  const found: Stretch[] = []
  days.forEach((day, i) => {
    if (day.kind !== 'holiday' || !day.name) return
    const open = found.at(-1)
    if (open && open.name === day.name && open.last === i - 1) Object.assign(open, { to: day.date, last: i })
    else found.push({ name: day.name, from: day.date, to: day.date, first: i, last: i })
  })
  return found
}

/** The month of `today` so far: its working days, holidays and made-up days; null when the trend does not reach back to the first. */
export function monthSoFar(days: readonly TrendDay[], today: string) {
  const month = days.filter(({ date }) => date.slice(0, 7) === today.slice(0, 7) && date <= today)
  if (!month[0]?.date.endsWith('-01')) return null
  return {
    workdays: month.filter(({ kind }) => kind === 'work' || kind === 'makeup').length,
    holidays: holidaysOf(month),
    madeUp: month.filter(({ kind }) => kind === 'makeup').map(({ date }) => date),
  }
}
