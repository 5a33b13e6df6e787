/* The ribbon in sentences: for a pointer, for a screen reader and for the table under it. */
import type { Clock, RibbonDay } from '@/api'
import { t } from '@/i18n'
import { lastMoment, weekday } from '@/time/instant'
import { today } from '@/time/now'
import { kindOf } from './geometry'

export const weekdayName = (date: string): string => t('week.days').split(' ')[weekday(date)] ?? ''

export const monthName = (month: number): string => t('date.months').split('|')[month - 1] ?? ''

/** Why the day counts or not, e.g. `第 8 个工作日` or `国庆节放假，不计入`. */
export function sayDay(day: RibbonDay): string {
  const kind = kindOf(day)
  if (kind === 'start') return t('day.start')
  if (kind === 'counted') {
    const number = t('day.counted', { n: day.n ?? '—' })
    const why = day.kind === 'makeup' ? t('day.makeup') : ''
    return number + why + (day.over_cap ? t('day.overCap') : '')
  }
  if (kind === 'holiday') return t('day.holiday', { name: day.name ?? t('kind.holiday') })
  if (kind === 'weekend') return t('day.weekend')
  return kind === 'pause' ? t('day.paused', { reason: day.paused ?? '' }) : t('day.idle')
}

/** `8wd` as people say it. */
export function sayLimit(limit: string | null): string {
  const match = /^(\d+)\s*(wd|cd|h|wh|min|mo)$/.exec(limit ?? '')
  if (!match) return /^\d{4}-\d\d-\d\dT/.test(limit ?? '') ? t('limit.until', { day: (limit ?? '').slice(0, 10) }) : limit ?? '—'
  return t(`limit.${match[2] as 'wd' | 'cd' | 'h' | 'wh' | 'min' | 'mo'}`, { n: match[1] ?? '' })
}

/** The clock's limit with what it was extended by. */
export const sayClockLimit = ({ limit, extensions }: Pick<Clock, 'limit' | 'extensions'>): string =>
  [sayLimit(limit), ...(extensions ?? []).map(({ by }) => t('limit.extended', { by: sayLimit(by) }))].join(t('list.comma'))

/** `10 月 8 日 24:00`, the last moment in time. */
export function sayDue(dueAt: string): string {
  const { day, time } = lastMoment(dueAt)
  return t('date.dayTime', { m: Number(day.slice(5, 7)), d: Number(day.slice(8)), time })
}

export function sayDate(day: string): string {
  return t('date.day', { m: Number(day.slice(5, 7)), d: Number(day.slice(8)) })
}

/** How a clock stands, in days the server counted. On a counted day the day itself is still to be had, and is said to be. */
export function sayStanding(clock: Clock, today: string | null): string {
  if (clock.state === 'paused') return t('clock.pausedAt', { n: clock.days_used ?? 0 })
  const left = clock.days_left
  if (left === null) return ''
  if (clock.state === 'stopped') return left < 0 ? t('clock.stoppedOver', { n: -left }) : t('clock.stoppedIn', { n: clock.days_used ?? 0 })
  const counted = clock.ribbon.find(({ date }) => date === today)?.counted ?? false
  if (clock.state === 'past' && left >= 0) return t('clockState.past')
  if (left < 0) return t(counted ? 'clock.overToday' : 'clock.over', { n: -left })
  return counted ? t('clock.leftToday', { n: left + 1 }) : t('clock.left', { n: left })
}

/** The same by the clock of this page. */
export const dueNote = (clock: Clock): string => sayStanding(clock, today.value)

/** The whole ribbon in one sentence. */
export function sayRibbon(clocks: readonly Clock[], nowText: string): string {
  const first = clocks[0]?.ribbon[0]?.date ?? ''
  const last = clocks[0]?.ribbon.at(-1)?.date ?? ''
  const dues = clocks.filter((clock) => clock.due_at).map((clock) =>
    t('ribbon.due', { clock: t(`clockName.${clock.clock}`), limit: sayClockLimit(clock), due: sayDue(clock.due_at ?? ''), standing: dueNote(clock) }))
  return [t('ribbon.span', { from: first, to: last }), ...dues, t('ribbon.now', { now: nowText })].join(t('list.stop'))
}
