/* The file of whoever the cards of an agency are laid to. */
import type { Card, OfficerDocument } from '../src/api.ts'
import { held } from './cases.ts'

export function officerOf(officer: string, all: readonly Card[]): OfficerDocument | null {
  const cards = all.filter((card) => card.officer === officer)
  if (cards.length === 0) return null
  const keys = new Set(cards.map(({ case_key }) => case_key))
  const counted = (level: string): number => cards.filter((card) => card.status !== 'withdrawn' && card.level === level).length
  return {
    officer, agencies: [...new Set(cards.flatMap(({ agency }) => agency ?? []))], posts: [...new Set(cards.flatMap(({ post }) => post ?? []))],
    years: [{ year: 2026, warning: counted('warning'), yellow: counted('yellow'), red: counted('red') }], cards: cards.length, whole: true, proposed: 0, admonished: 0,
    steps: held.filter(({ facts }) => keys.has(facts.case_key)).flatMap(({ facts, events }) => events.filter(({ step }) => step).map(({ time, type, step, post }) => ({ at: time, case_key: facts.case_key, type, step: step ?? null, post: post ?? null })))
      .sort((a, b) => b.at.localeCompare(a.at)),
  }
}
