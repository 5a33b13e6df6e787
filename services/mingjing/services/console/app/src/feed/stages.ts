/* What people do with cards, as it happens: a stream of its own beside that of the cards. */
import { shallowRef } from 'vue'
import type { StageNews, Worklist } from '@/api'
import { api, tellStranger } from '@/http'
import { follow } from './follow'

const SETTLE_MS = 400

/** How many cards stand in each stage, and where it is my turn; null until known. */
export const worklist = shallowRef<Worklist | null>(null)

type Taker = (news: StageNews) => void
const takers = new Set<Taker>()

/** Calls `take` with each change from now on. Returns how to stop. */
export function onStages(take: Taker): () => void {
  takers.add(take)
  return () => takers.delete(take)
}

/** Follows the stages of cards and keeps the counts true. Returns how to stop. */
export function connectStages(): () => void {
  const end = new AbortController()
  let stop = (): void => undefined
  let counting: ReturnType<typeof setTimeout> | undefined

  async function count(): Promise<void> {
    try {
      worklist.value = await api.worklist(end.signal)
    } catch {
      // The counts of before stay; the next change, or the next opening, asks again.
    }
  }
  const countSoon = (): void => {
    clearTimeout(counting)
    counting = setTimeout(() => void count(), SETTLE_MS)
  }
  const place = async (): Promise<string> => (await api.cards({ limit: 1 }, end.signal)).stage_feed

  const listener = {
    open: countSoon,
    lost: (): void => undefined,
    stranger: tellStranger,
    take(_event: string, said: unknown): void {
      countSoon()
      for (const take of takers) take(said as StageNews)
    },
    resync: place,
  }
  const open = (): void => {
    void place().then((from) => {
      if (!end.signal.aborted) stop = follow('/v1/card-stages/stream', from, listener)
    }, () => {
      if (!end.signal.aborted) setTimeout(open, 3000)
    })
  }
  void count()
  open()
  return () => {
    end.abort()
    clearTimeout(counting)
    stop()
  }
}
