import type { Card, LevelCounts, Overview } from '../src/api.ts'
import { markOf } from '../src/parts/mark.ts'
import { kindOf, nameOf, next, works } from './calendar.ts'
import { agencies, rules } from './city.ts'
import { held } from './cases.ts'
import { zoned } from './clock.ts'
import { letters } from './letters.ts'
import { NOW } from './stories.ts'

const today = NOW.slice(0, 10)
const count = (cards: readonly Card[]): LevelCounts => {
  const counts: LevelCounts = { hint: 0, warning: 0, yellow: 0, red: 0 }
  for (const mark of cards.map(markOf)) if (mark.kind !== 'gone') counts[mark.level] += 1
  return counts
}
const dice = (seed: number): number => ((seed * 2_654_435_761) >>> 8) % 1000 / 1000

/** The first page, of a city some forty times the stories that are told in full. */
export function overviewOf(cards: readonly Card[], only?: string): Overview {
  const counted = cards.filter(({ status }) => status !== 'withdrawn')
  const standing = counted.filter(({ status }) => status === 'standing')
  const trend = Array.from({ length: 30 }, (_, i) => {
    const date = next(today, i - 29)
    const base = works(next(date, -1)) ? 1 : 0.12
    const own = (level: Card['level']): number => counted.filter((card) => card.level === level && card.violated_at.startsWith(date)).length
    return {
      date, kind: kindOf(date), name: kindOf(date) === 'holiday' ? nameOf(date) : null,
      warning: Math.round((7 + dice(i + 1) * 8) * base) + own('warning'), yellow: Math.round((2 + dice(i + 40) * 4) * base) + own('yellow'), red: Math.round(dice(i + 80) * 1.6 * base) + own('red'),
    }
  })
  const rows = agencies.filter(({ code }) => !only || code === only).map((agency) => {
    const i = agencies.indexOf(agency)
    const mine = standing.filter((card) => card.agency === agency.code)
    const cases = held.filter(({ facts }) => facts.agency === agency.code)
    const decided = i > 13 && i < 16 ? 9 + i : 380 + Math.round(dice(i + 5) * 900)
    return {
      agency: agency.code, title: agency.title, region: agency.region, open: (i > 13 && i < 16 ? 1 : 43) * Math.max(2, cases.filter(({ facts }) => facts.state !== 'decided').length),
      ...(({ warning, yellow, red }) => ({ warning, yellow, red }))(count(mine)), decided, on_time: decided - Math.round(decided * (i > 13 && i < 16 ? 0 : 0.004 + dice(i + 9) * 0.02)),
      last_event_at: zoned(i >= 16 ? '2026-10-12T16:08:14' : `2026-10-14T15:${String(19 - (i % 3)).padStart(2, '0')}:${String(58 - i * 2).padStart(2, '0')}`),
    }
  })
  const sum = (of: 'open' | 'decided' | 'on_time'): number => rows.reduce((n, row) => n + row[of], 0)
  return {
    now: zoned(NOW), clock: 'live', open: sum('open'), suspended: 128, accepted_today: 417, decided_today: 389,
    cards: count(counted), cards_today: (({ hint }, last) => ({ hint, warning: last?.warning ?? 0, yellow: last?.yellow ?? 0, red: last?.red ?? 0 }))(count([]), trend.at(-1)),
    standing: count(standing), withdrawn: cards.length - counted.length, dead_letters: letters.length, on_time: { numerator: sum('on_time'), denominator: sum('decided') },
    trend, agencies: rows,
    rules: rules.map(({ id, title }) => ({ rule: id, title, ...(({ warning, yellow, red }) => ({ warning, yellow, red }))(count(counted.filter((card) => card.rule === id))) })).filter(({ warning, yellow, red }) => warning + yellow + red > 0),
    feeds: rows.map((row, i) => ({ source: `urn:yunzhou:${row.agency.slice(-4)}`, agency: row.agency, title: row.title, last_event_at: row.last_event_at, events: 300 + Math.round(dice(i + 3) * 9000), dead_letters: letters.filter(({ agency }) => agency === row.agency).length })),
  }
}
