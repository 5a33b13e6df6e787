/* The order in which the cards of one case are told. */
import type { Card } from '@/api'
import { LEVELS } from '@/levels'

const RANK = { standing: 2, cleared: 1, withdrawn: 0 } as const

/** What stands before what is cleared before what is withdrawn; of those the highest, then the newest, first. */
export const ranked = (cards: readonly Card[]): Card[] => [...cards].sort((a, b) =>
  RANK[b.status] - RANK[a.status] || LEVELS.indexOf(b.level) - LEVELS.indexOf(a.level) || Date.parse(b.violated_at) - Date.parse(a.violated_at))
