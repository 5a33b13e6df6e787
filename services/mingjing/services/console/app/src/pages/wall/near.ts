/* The yellow cards that come nearest to red. */
import { computed, onScopeDispose, watchEffect } from 'vue'
import type { Card, Clock } from '@/api'
import { clocksOf, wantClocks } from '@/feed/reviews'
import { api } from '@/http'
import { useLoad } from '@/load'
import { miniOf } from '@/ribbon/fromCard'
import type { MiniPlan } from '@/ribbon/mini'
import { now } from '@/time/now'

const ASKED = 100
const LOOKED_AT = 16
const REFRESH_MS = 30_000

export interface Near { card: Card; clock: Clock; plan: MiniPlan }

/** The first `most` to pass their statutory end, of the yellow cards that have stood longest. */
export function useNear(most: number) {
  const { data, reload } = useLoad(async (signal) => (await api.cards({ level: 'yellow', status: 'standing', limit: ASKED }, signal)).items)
  const timer = setInterval(() => void reload(), REFRESH_MS)
  onScopeDispose(() => clearInterval(timer))

  const cards = computed(() => (data.value ?? [])
    .filter(({ due_at, cleared_at }) => due_at && !cleared_at)
    .sort((a, b) => Date.parse(a.violated_at) - Date.parse(b.violated_at))
    .slice(0, LOOKED_AT))
  watchEffect(() => cards.value.forEach(({ case_key }) => { if (clocksOf(case_key) === undefined) wantClocks(case_key) }))

  const ahead = ({ case_key, rule: drawn }: Card): Clock | undefined =>
    clocksOf(case_key)?.find(({ rule, clock, state, due_at }) => rule === drawn && clock === 'statutory' && state === 'running' && due_at)

  return computed<Near[]>(() => cards.value
    .flatMap((card) => {
      const clock = ahead(card)
      const plan = clock && now.value !== null ? miniOf(card, clocksOf(card.case_key) ?? [], now.value, true) : null
      return clock && plan ? [{ card, clock, plan }] : []
    })
    .sort((a, b) => Date.parse(a.clock.due_at ?? '') - Date.parse(b.clock.due_at ?? ''))
    .slice(0, most))
}
