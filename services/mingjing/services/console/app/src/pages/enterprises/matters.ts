/* What a case of an enterprise is about, and where it lies in time. */
import type { Card, CaseFacts, RunningClock } from '@/api'

export const MATTERS = ['inspections', 'penalties', 'complaints', 'applications'] as const
export type Matter = (typeof MATTERS)[number]

const FAMILIES: Readonly<Record<string, Matter>> = { insp: 'inspections', pun: 'penalties', cmp: 'complaints' }

/** By the family of its events, as the ledger counts. */
export const matterOf = ({ last_event_type: type }: Pick<CaseFacts, 'last_event_type'>): Matter => FAMILIES[type?.split('.')[0] ?? ''] ?? 'applications'

const ENDED: readonly CaseFacts['state'][] = ['decided', 'delivered', 'abandoned', 'not_accepted', 'returned']

/** From its first known instant to its end; up to `now` while nobody has decided. */
export function spanOf(facts: CaseFacts, now: number): { from: number; to: number } {
  const known = [facts.applied_at, facts.accepted_at, facts.decided_at, facts.last_event_at].filter((at) => at !== null).map(Date.parse)
  const from = Math.min(...known, now)
  const end = facts.decided_at ?? facts.last_event_at
  return { from, to: Math.max(from, ENDED.includes(facts.state) && end ? Date.parse(end) : now) }
}

/** The clock by which a monitoring point is answered (三日回复). */
export const answerClock = ({ clocks }: Pick<CaseFacts, 'clocks'>): RunningClock | null => clocks.find(({ rule }) => rule === 'CMP-03') ?? null

/** How a report of a monitoring point was answered: stopped after its limit is late. */
export function answerOf(clock: RunningClock, cards: readonly Pick<Card, 'case_key' | 'rule' | 'status'>[], key: string): RunningClock['state'] | 'late' {
  const broken = cards.some((card) => card.case_key === key && card.rule === clock.rule && card.status !== 'withdrawn')
  return clock.state === 'stopped' && broken ? 'late' : clock.state
}

/** The first day of each month after `from`, up to `to`, as day numbers; a year's first names the year. */
export function monthsBetween(from: string, to: string): { day: string; text: string }[] {
  const found: { day: string; text: string }[] = []
  let [year = 0, month = 0] = from.split('-').map(Number)
  for (;;) {
    month += 1
    if (month > 12) [year, month] = [year + 1, 1]
    const day = `${year}-${String(month).padStart(2, '0')}-01`
    if (day > to) return found
    found.push({ day, text: month === 1 ? String(year) : `${month}` })
  }
}
