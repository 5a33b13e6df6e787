/* The year 2026 as the State Council arranged it; enough for the fictitious city. */
import type { DayKind } from '../src/api.ts'
import { dayAt, dayNumber, weekday } from '../src/time/instant.ts'

const names = new Map<string, string>()
for (const [name, from, to] of [
  ['元旦', '01-01', '01-03'], ['春节', '02-15', '02-23'], ['清明节', '04-04', '04-06'], ['劳动节', '05-01', '05-05'], ['端午节', '06-19', '06-21'], ['中秋节', '09-25', '09-27'], ['国庆节', '10-01', '10-07'],
] as const) for (let day = dayNumber(`2026-${from}`); day <= dayNumber(`2026-${to}`); day += 1) names.set(dayAt(day), name)
const madeUp = new Set(['01-04', '02-14', '02-28', '05-09', '09-20', '10-10'].map((day) => `2026-${day}`))

export function kindOf(day: string): DayKind {
  if (names.has(day)) return 'holiday'
  if (madeUp.has(day)) return 'makeup'
  return weekday(day) % 6 === 0 ? 'weekend' : 'work'
}
export const nameOf = (day: string): string | null => names.get(day) ?? (kindOf(day) === 'weekend' ? '周末' : null)
export const works = (day: string): boolean => kindOf(day) === 'work' || kindOf(day) === 'makeup'
export const next = (day: string, by = 1): string => dayAt(dayNumber(day) + by)

/** The `n`-th working day after `day`. */
export function workdayAfter(day: string, n: number): string {
  let at = day
  for (let left = n; left > 0;) if (works((at = next(at)))) left -= 1
  return at
}

/** Working days in (from, to]; negative when `to` is the earlier. */
export function workdays(from: string, to: string): number {
  if (to < from) return -workdays(to, from)
  let n = 0
  for (let day = next(from); day <= to; day = next(day)) if (works(day)) n += 1
  return n
}
