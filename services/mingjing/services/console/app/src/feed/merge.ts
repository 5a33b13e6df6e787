/* Cards reach the console by two roads, a query and a stream, in any order and more than once. */
import type { Card, Ver } from '@/api'
import { markOf } from '../parts/mark.ts'

/** Positive when `a` is the later state of a card than `b`. */
export function compareVer(a: Ver, b: Ver): number {
  return a[0] - b[0] || a[1] - b[1] || a[2] - b[2]
}

/** Newest issued first; cards of one instant by id, so that the order never depends on arrival. */
export function compareCards(a: Card, b: Card): number {
  return Date.parse(b.issued_at) - Date.parse(a.issued_at) || (a.card_id < b.card_id ? 1 : a.card_id > b.card_id ? -1 : 0)
}

/** When the card was drawn at the level it shows: a card that rises keeps the instant of its first issue. */
export const drawnAt = (card: Card): number => Math.max(Date.parse(card.issued_at), Date.parse(card.violated_at))

/** Returns `shown` with `come` taken in: of each card the greatest `ver` stays, and only those that `fits`. */
export function merge(shown: readonly Card[], come: readonly Card[], fits: (card: Card) => boolean = () => true): Card[] {
  const latest = new Map(shown.map((card) => [card.card_id, card]))
  for (const card of come) {
    const held = latest.get(card.card_id)
    if (!held) latest.set(card.card_id, card)
    else if (compareVer(card.ver, held.ver) > 0) latest.set(card.card_id, card.life === undefined && held.life !== undefined ? { ...card, life: held.life } : card)
  }
  return [...latest.values()].filter(fits).sort(compareCards)
}

export interface CardFilter {
  /** Stages among people, joined by commas. */
  stage?: string | undefined
  level?: string | undefined
  status?: string | undefined
  agency?: string | undefined
  region?: string | undefined
  rule?: string | undefined
  item?: string | undefined
  case?: string | undefined
  /** The server alone knows which enterprise a card's case names: its list is asked for again, never guessed. */
  enterprise?: string | undefined
}

/** The significant head of a region code: 330100000000 stands for all that starts with 3301. */
export function regionPrefix(code: string): string {
  for (const length of [2, 4, 6, 9]) if (/^0*$/.test(code.slice(length))) return code.slice(0, length)
  return code
}

/** Whether a card is of `level` as it is shown: what people took away is of none, what they lowered of the lower. */
function shows(card: Card, level: string): boolean {
  const mark = markOf(card)
  return mark.kind !== 'gone' && mark.level === level
}

/** Whether the server would have listed `card` under `filter`. */
export function fits(card: Card, filter: CardFilter): boolean {
  return (
    (!filter.stage || (!!card.life && filter.stage.split(',').includes(card.life.stage))) &&
    (!filter.level || shows(card, filter.level)) &&
    (!filter.status || card.status === filter.status) &&
    (!filter.agency || card.agency === filter.agency) &&
    (!filter.region || (card.region ?? '').startsWith(filter.region)) &&
    (!filter.rule || card.rule === filter.rule) &&
    (!filter.item || card.item === filter.item) &&
    (!filter.case || card.case_key === filter.case)
  )
}
