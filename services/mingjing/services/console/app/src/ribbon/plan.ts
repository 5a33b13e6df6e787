/* From a case file to the plan of its ribbon. */
import type { Card, CaseEvent, Clock, Level } from '@/api'
import { t } from '@/i18n'
import { dayAt, dayBegin, dayNumber, dayOf, iso, millis, stamp } from '@/time/instant'
import type { Line, Plan } from './geometry'
import { sayClockLimit, sayDue, sayStanding } from './words'

/** The clocks of one rule share a start and one band; a rule may run again, so the start tells bands apart. */
export interface Band { key: string; rule: string; title: string; clocks: Clock[] }

const RANK = { promised: 0, statutory: 1, limit: 2 } as const

export function bandsOf(clocks: readonly Clock[]): Band[] {
  const bands = new Map<string, Band>()
  for (const clock of clocks) {
    const key = `${clock.rule} ${clock.start_at}`
    const band = bands.get(key) ?? { key, rule: clock.rule, title: clock.title, clocks: [] }
    band.clocks.push(clock)
    bands.set(key, band)
  }
  for (const band of bands.values()) band.clocks.sort((a, b) => RANK[a.clock] - RANK[b.clock])
  return [...bands.values()]
}

/** The band a reader wants first: that of the card's rule where it keeps clocks, else the one with a promise; of several, one past, then one that runs. */
export function firstBand(bands: readonly Band[], card: Pick<Card, 'rule' | 'violated_at'> | null = null): Band | null {
  const weight = ({ clocks }: Band): number =>
    (card && clocks.some(({ rule, start_at }) => rule === card.rule && millis(start_at) <= millis(card.violated_at)) ? 16 : 0) +
    (clocks.some(({ clock }) => clock === 'promised' || clock === 'statutory') ? 8 : 0) +
    (clocks.some(({ state }) => state === 'running' || state === 'paused') ? 2 : 0) +
    (clocks.some(({ state }) => state === 'past') ? 3 : 0)
  const start = ({ clocks }: Band): number => millis(clocks[0]?.start_at ?? '')
  return [...bands].sort((a, b) => weight(b) - weight(a) || start(b) - start(a))[0] ?? null
}

/** The days of the longest of the band's clocks: every shorter one is its beginning. */
export const longest = (band: Band): Clock | null =>
  [...band.clocks].sort((a, b) => b.ribbon.length - a.ribbon.length)[0] ?? null

export const promisedAt = (clocks: readonly Clock[]): number | null => dueOf(clocks, 'promised') ?? dueOf(clocks, 'limit')
export const statutoryAt = (clocks: readonly Clock[]): number | null => dueOf(clocks, 'statutory')

function dueOf(clocks: readonly Clock[], kind: Clock['clock']): number | null {
  const due = clocks.find(({ clock }) => clock === kind)?.due_at
  return due ? millis(due) : null
}

export interface Known { title(type: string): string; flag(card: Card): string; levels(rule: string): readonly Level[] }

export function planOf(band: Band, events: readonly CaseEvent[], cards: readonly Card[], now: number, known: Known): Plan {
  const clock = longest(band)
  const finish = clock?.finish_at ?? null
  return {
    days: clock?.ribbon ?? [],
    startAt: clock ? millis(clock.start_at) : now,
    now,
    finishAt: finish ? millis(finish) : null,
    pauses: (clock?.pauses ?? []).map(({ begin_at, end_at }) => ({ begin: millis(begin_at), end: end_at ? millis(end_at) : null })),
    lines: band.clocks.flatMap((each): Plan['lines'][number][] => each.due_at
      ? [{ kind: each.clock, dueAt: millis(each.due_at), name: t('ribbon.limit', { clock: t(`clockKind.${each.clock}`), limit: sayClockLimit(each) }), note: noteOf(each, clock, now) }]
      : []),
    pins: pinsOf(clock, events, known),
    flags: [
      ...cards.filter(({ status }) => status !== 'withdrawn').map((card) => ({ at: millis(card.violated_at), level: card.level, text: known.flag(card) })),
      ...ghostOf(band, cards, now, known),
    ],
    nowText: t('ribbon.nowPlate', { at: stamp(iso(now)) }),
  }
}

/** Events within the figure each for itself; what lies before or after it as one. */
function pinsOf(clock: Clock | null, events: readonly CaseEvent[], known: Known): Plan['pins'] {
  const begin = dayBegin(dayAt(dayNumber(clock?.ribbon[0]?.date ?? '1970-01-01') - 1))
  const end = dayBegin(dayAt(dayNumber(clock?.ribbon.at(-1)?.date ?? '9999-12-30') + 1))
  const pins = events.map((event) => ({ at: millis(event.time), text: pinText(event, known) }))
  const gathered = (outside: typeof pins, word: 'pin.before' | 'pin.after'): Plan['pins'] =>
    outside.length < 2 ? outside : [{ at: outside[0]?.at ?? 0, text: t(word, { n: outside.length }), title: outside.map(({ text }) => text).join(t('list.comma')) }]
  return [
    ...gathered(pins.filter(({ at }) => at < begin), 'pin.before'),
    ...pins.filter(({ at }) => at >= begin && at <= end),
    ...gathered(pins.filter(({ at }) => at > end), 'pin.after'),
  ]
}

/** A step's beginning is told by the step alone: that is what it is. */
function pinText({ type, step }: CaseEvent, known: Known): string {
  if (!step || !type.startsWith('step.')) return known.title(type)
  return type === 'step.completed' ? t('pin.completed', { step }) : step
}

function noteOf(clock: Clock, days: Clock | null, now: number): string {
  const today = dayOf(now)
  const day = clock.state === 'running' || clock.state === 'past' ? days?.ribbon.find(({ date }) => date === today) : undefined
  const number = day?.counted && (clock.days_left ?? -1) >= 0 ? t('ribbon.today', { n: day.n ?? '' }) : ''
  return [t('ribbon.duePlate', { clock: t(`clockKind.${clock.clock}`), due: sayDue(clock.due_at ?? '') }), number, sayStanding(clock, today)].filter(Boolean).join(' · ')
}

/** The card that will be drawn if nothing is done: the next due end ahead of a clock that still runs. */
function ghostOf(band: Band, cards: readonly Card[], now: number, known: Known): Plan['flags'][number][] {
  const levels = known.levels(band.rule)
  const standing = cards.find(({ rule, status }) => rule === band.rule && status === 'standing')?.level
  const next = band.clocks
    .filter(({ state, due_at, finish_at }) => (state === 'running' || state === 'paused') && !finish_at && due_at && millis(due_at) > now)
    .sort((a, b) => millis(a.due_at ?? '') - millis(b.due_at ?? ''))[0]
  if (!next?.due_at) return []
  const kind: Line['kind'] = next.clock
  const level: Level = kind === 'statutory' ? 'red' : 'yellow'
  if (!levels.includes(level)) return []
  const word = level === 'red' && standing === 'yellow' ? 'ribbon.willRise' : 'ribbon.willDraw'
  return [{ at: millis(next.due_at), level, ghost: true, text: t(word, { level: t(`level.${level}`) }) }]
}
