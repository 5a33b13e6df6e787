/* Instants as people in China read them. The browser's own zone never shows:
   the mainland has kept UTC+8 without daylight saving since 1992. */

const DAY = 86_400_000
const SHANGHAI = 8 * 3_600_000

export const millis = (instant: string): number => Date.parse(instant)

/** Shanghai wall time of `ms` as `YYYY-MM-DDTHH:mm:ss`. */
export const wall = (ms: number): string => new Date(ms + SHANGHAI).toISOString().slice(0, 19)

/** The instant as the API writes it, in UTC. */
export const iso = (ms: number): string => new Date(ms).toISOString()

export const dayOf = (ms: number): string => wall(ms).slice(0, 10)

/** Days since 1970-01-01 of `YYYY-MM-DD`. */
export const dayNumber = (day: string): number => Math.floor(Date.parse(`${day}T00:00Z`) / DAY)

export const dayAt = (number: number): string => new Date(number * DAY).toISOString().slice(0, 10)

/** The first instant of a day. */
export const dayBegin = (day: string): number => dayNumber(day) * DAY - SHANGHAI

/** Shanghai day number of an instant with the part of the day that has gone, e.g. 20740.5 at noon. */
export const dayPoint = (ms: number): number => (ms + SHANGHAI) / DAY

/** 0 is Sunday. */
export const weekday = (day: string): number => (dayNumber(day) + 4) % 7

/** `MM-DD HH:mm`; the year is put first when it is not `year`. */
export function stamp(instant: string | null, year?: string): string {
  if (!instant) return '—'
  const text = wall(millis(instant)).replace('T', ' ')
  return year && !text.startsWith(year) ? text.slice(0, 16) : text.slice(5, 16)
}

export const stampFull = (instant: string | null): string =>
  instant ? wall(millis(instant)).replace('T', ' ') : '—'

export const clockTime = (ms: number): string => wall(ms).slice(11)

/** An end of time as people say it: an instant at midnight is 24:00 of the day before. */
export function lastMoment(instant: string): { day: string; time: string } {
  const ms = millis(instant)
  const [day = '', time = ''] = wall(ms).split('T')
  return time === '00:00:00' ? { day: dayAt(dayNumber(day) - 1), time: '24:00' } : { day, time: time.slice(0, 5) }
}

/** Length of a span in whole units, the two greatest that are not zero first. */
export function parts(ms: number): { days: number; hours: number; minutes: number; seconds: number } {
  const s = Math.max(0, Math.floor(ms / 1000))
  return { days: Math.floor(s / 86_400), hours: Math.floor(s / 3600) % 24, minutes: Math.floor(s / 60) % 60, seconds: s % 60 }
}

/** `HH:mm:ss` of a span, without its whole days. */
export function countdown(ms: number): string {
  const { hours, minutes, seconds } = parts(ms)
  return [hours, minutes, seconds].map((n) => String(n).padStart(2, '0')).join(':')
}
