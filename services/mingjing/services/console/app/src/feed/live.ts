/* The one stream of the console and what of it has been seen. */
import { computed, reactive, ref, shallowRef } from 'vue'
import type { Card } from '@/api'
import { api, tellStranger } from '@/http'
import { now } from '@/time/now'
import { follow } from './follow'
import { compareVer, drawnAt, merge } from './merge'

const KEPT = 60
const WASH_MS = 1700

export type LineState = 'connecting' | 'live' | 'lost'

export const line = ref<LineState>('connecting')
/** When the line was lost, by the server's clock. */
export const lostAt = ref<number | null>(null)
export const lastAt = ref<number | null>(null)
/** Cards that were issued while the line was down and came in after it was back. */
export const missed = ref(0)
export const paused = ref(false)
/** The cards drawn or raised last, merged. */
export const newest = shallowRef<Card[]>([])
/** Ids of cards that have just come; a row wears the wash while its card is in here. */
export const fresh = reactive(new Set<string>())
/** What a screen reader is told, once an arrival. */
export const arrivals = shallowRef<Card[]>([])

const waiting = shallowRef<Card[]>([])
export const waitingCount = computed(() => waiting.value.length)

type Taker = (cards: readonly Card[]) => void
const takers = new Set<Taker>()
const reloads = new Set<() => void>()

/** Calls `take` with each card let through from now on. Returns how to stop. */
export function onCards(take: Taker): () => void {
  takers.add(take)
  return () => takers.delete(take)
}

/** Calls `reload` when the stream has a gap that only a new query can fill. Returns how to stop. */
export function onResync(reload: () => void): () => void {
  reloads.add(reload)
  return () => reloads.delete(reload)
}

export function setPaused(wish: boolean): void {
  paused.value = wish
  if (wish) return
  const held = waiting.value
  waiting.value = []
  if (held.length > 0) letThrough(held)
}

/** Loads the newest cards and follows on from there. Returns how to stop. */
export function connect(): () => void {
  const end = new AbortController()
  let stop = (): void => undefined

  const load = async (): Promise<string> => {
    const page = await api.cards({ limit: KEPT }, end.signal)
    newest.value = latest(page.items, newest.value)
    return page.feed
  }

  const open = (): void => {
    void load().then((feed) => {
      if (!end.signal.aborted) stop = follow('/v1/cards/stream', feed, listener(load))
    }, () => {
      if (end.signal.aborted) return
      fallen()
      setTimeout(open, 3000)
    })
  }
  open()
  return () => {
    end.abort()
    stop()
  }
}

function listener(load: () => Promise<string>) {
  let backAt: number | null = null
  return {
    open(): void {
      if (line.value === 'lost') {
        backAt = now.value
        missed.value = 0
      }
      line.value = 'live'
    },
    lost: fallen,
    stranger: tellStranger,
    take(_event: string, said: unknown): void {
      const card = said as Card
      lastAt.value = now.value
      const drawn = drawnAt(card)
      if (backAt !== null && lostAt.value !== null && drawn >= lostAt.value && drawn <= backAt) missed.value += 1
      if (paused.value) waiting.value = merge(waiting.value, [card])
      else letThrough([card])
    },
    async resync(): Promise<string> {
      const feed = await load()
      for (const reload of reloads) reload()
      return feed
    },
  }
}

const latest = (shown: readonly Card[], come: readonly Card[]): Card[] =>
  merge(shown, come).sort((a, b) => drawnAt(b) - drawnAt(a)).slice(0, KEPT)

function fallen(): void {
  if (line.value !== 'lost') lostAt.value = now.value
  line.value = 'lost'
}

function letThrough(cards: readonly Card[]): void {
  const held = new Map(newest.value.map((card) => [card.card_id, card.ver]))
  const later = cards.filter((card) => {
    const ver = held.get(card.card_id)
    return !ver || compareVer(card.ver, ver) > 0
  })
  newest.value = latest(newest.value, later)
  for (const card of later) fresh.add(card.card_id)
  setTimeout(() => later.forEach((card) => fresh.delete(card.card_id)), WASH_MS)
  arrivals.value = [...later]
  for (const take of takers) take(later)
}
