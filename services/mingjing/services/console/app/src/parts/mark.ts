/* Which level a card shows: the finding's, unless people have decided otherwise for that finding. */
import type { Card, CardStage, Level, LifeEntry } from '@/api'
import type { Word } from '@/i18n'

export interface Mark {
  /** `confirm`: not a card until somebody confirms it. `gone`: people took it away. */
  kind: 'level' | 'confirm' | 'gone'
  /** What is shown; the finding's level where nothing is. */
  level: Level
  /** The finding's level where another is shown, or none; null where the two agree. */
  found: Level | null
}

const DECIDING: readonly LifeEntry['verb'][] = ['dismiss', 'revoke', 'lower', 'exempt']
const UNCONFIRMED: readonly CardStage[] = ['pending', 'dismissed']

/** Reads the decision, not `shown` alone: the stream may know a higher finding before people's side of the card has heard of it. */
export function markOf({ level, issue, status, life }: Pick<Card, 'level' | 'issue' | 'status' | 'life'>): Mark {
  if (!life) return { kind: issue === 'confirm' ? 'confirm' : 'level', level, found: null }
  const decided = life.entries.some(({ verb, round }) => round === life.round && DECIDING.includes(verb))
  if (decided && status !== 'withdrawn') {
    if (life.shown === null) return { kind: 'gone', level, found: level }
    return { kind: 'level', level: life.shown, found: life.shown === level ? null : level }
  }
  return { kind: UNCONFIRMED.includes(life.stage) ? 'confirm' : 'level', level, found: null }
}

/** What the finding stands at in one word: people's word where they took it away, and where it waits for them. */
export function statusOf(card: Pick<Card, 'level' | 'issue' | 'status' | 'life'>): Word {
  if (card.status !== 'standing') return `status.${card.status}`
  const { kind } = markOf(card)
  if (kind === 'gone' && card.life) return `stage.${card.life.stage}`
  return kind === 'confirm' ? 'status.confirm' : 'status.standing'
}

/** How far people have come with a card; null where its status says so already. */
export function stageBeside(card: Pick<Card, 'level' | 'issue' | 'status' | 'life'>): CardStage | null {
  const told = statusOf(card)
  return card.life && told !== 'status.confirm' && told !== `stage.${card.life.stage}` ? card.life.stage : null
}
