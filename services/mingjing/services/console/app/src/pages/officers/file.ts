/* The file of an officer: which of their cards propose to admonish, and what people decided of them. */
import type { Card, LifeEntry } from '@/api'

/** The rule that proposes to admonish; by itself it decides nothing. */
const ADMONITION = 'ACT-02'
/** So many yellow cards in a year make that rule propose. */
export const TO_RED = 3

export const isAdmonition = ({ rule }: Pick<Card, 'rule'>): boolean => rule === ADMONITION

export interface Decision { card: Card; entry: LifeEntry }

/** The measures that people proposed or decided on any of the cards, the latest first. */
export const decisionsOf = (cards: readonly Card[]): Decision[] =>
  cards.flatMap((card) => (card.life?.entries ?? []).filter(({ fields }) => fields['measure']).map((entry) => ({ card, entry }))).sort((a, b) => b.entry.at - a.entry.at)
