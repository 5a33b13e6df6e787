/* The small ribbon that belongs to a card: the clocks of its rule that its case is judged by. */
import type { Card, Clock } from '@/api'
import { millis } from '@/time/instant'
import type { MiniPlan } from './mini'
import { bandsOf, firstBand, longest, promisedAt, statutoryAt } from './plan'

/** Null where the card's rule keeps no clock. */
export function miniOf(card: Pick<Card, 'rule'>, clocks: readonly Clock[], now: number, whole: boolean): MiniPlan | null {
  const band = firstBand(bandsOf(clocks.filter(({ rule }) => rule === card.rule)))
  const clock = band && longest(band)
  if (!band || !clock || clock.ribbon.length === 0) return null
  return {
    days: clock.ribbon,
    now,
    finishAt: clock.finish_at ? millis(clock.finish_at) : null,
    promisedAt: promisedAt(band.clocks),
    statutoryAt: statutoryAt(band.clocks),
    whole,
  }
}
