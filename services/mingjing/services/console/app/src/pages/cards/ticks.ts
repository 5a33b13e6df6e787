/* The cards somebody has ticked to take one step with all of them. */
import { computed, ref, watch, type Ref } from 'vue'
import type { Card, SharedStep } from '@/api'

/** The most cards of one request. */
export const AT_ONCE = 100

export function useTicks(cards: Ref<readonly Card[]>) {
  const ids = ref<ReadonlySet<string>>(new Set())
  /** What has left the list, by another's step or a narrower filter, is no longer ticked: no step is taken with what is not in sight. */
  watch(cards, (shown) => {
    const here = shown.filter(({ card_id }) => ids.value.has(card_id)).map(({ card_id }) => card_id)
    if (here.length < ids.value.size) ids.value = new Set(here)
  })
  function tick(id: string): void {
    const wish = new Set(ids.value)
    if (!wish.delete(id) && wish.size < AT_ONCE) wish.add(id)
    ids.value = wish
  }
  /** Ticks all that are listed, up to the most of one request; unticks all where all are ticked. */
  function tickAll(): void {
    const all = cards.value.slice(0, AT_ONCE).map(({ card_id }) => card_id)
    ids.value = new Set(all.every((id) => ids.value.has(id)) ? [] : all)
  }
  const clear = (): void => { ids.value = new Set() }
  return { ids, ticked: computed(() => cards.value.filter(({ card_id }) => ids.value.has(card_id))), tick, tickAll, clear }
}

/** The cards of `ticked` that stand where `step` begins. */
export const readyFor = (step: SharedStep, ticked: readonly Card[]): Card[] => ticked.filter(({ life }) => !!life && step.from_stages.includes(life.stage))
