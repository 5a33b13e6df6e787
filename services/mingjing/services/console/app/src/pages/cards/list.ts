/* The list of cards under a filter: pages by keyset, kept true by the stream. */
import { computed, onScopeDispose, ref, shallowRef, watch, type Ref } from 'vue'
import type { Card } from '@/api'
import { onCards, onResync } from '@/feed/live'
import { fits, merge, type CardFilter } from '@/feed/merge'
import { forgetFile } from '@/feed/reviews'
import { api, Problem } from '@/http'
import { useLoad } from '@/load'

const PAGE = 50

export function useCardList(filter: Ref<CardFilter>) {
  const cards = shallowRef<Card[]>([])
  const cursor = ref<string | null>(null)
  const moreProblem = shallowRef<Problem | null>(null)
  const fetching = ref(false)
  let more = new AbortController()
  // What the stream brings while the first page is under way is not in that page's snapshot for certain.
  let meanwhile: Card[] = []

  const allowed = (card: Card): boolean => fits(card, filter.value)

  const page = useLoad(async (signal) => {
    meanwhile = []
    const answer = await api.cards({ ...filter.value, limit: PAGE }, signal)
    cards.value = merge(answer.items, meanwhile, allowed)
    cursor.value = answer.next_cursor
    return answer.items.length
  })

  /** A card older than the last one loaded belongs to a page that has not been asked for. */
  const inReach = (card: Card): boolean => {
    const last = cards.value.at(-1)
    return cursor.value === null || !last || Date.parse(card.issued_at) >= Date.parse(last.issued_at)
  }

  const stopCards = onCards((come) => {
    for (const card of come) forgetFile(card.case_key)
    meanwhile.push(...come)
    if (page.data.value === null) return
    const held = new Set(cards.value.map((card) => card.card_id))
    cards.value = merge(cards.value, come.filter((card) => held.has(card.card_id) || inReach(card)), allowed)
  })
  const stopResync = onResync(() => void page.reload())
  onScopeDispose(() => { stopCards(); stopResync(); more.abort() })

  watch(filter, (to, from) => {
    if (JSON.stringify(to) === JSON.stringify(from)) return
    more.abort()
    void page.reload()
  })

  async function loadMore(): Promise<void> {
    if (!cursor.value || fetching.value) return
    const mine = (more = new AbortController())
    fetching.value = true
    try {
      const answer = await api.cards({ ...filter.value, limit: PAGE, cursor: cursor.value }, mine.signal)
      cards.value = merge(cards.value, answer.items, allowed)
      cursor.value = answer.next_cursor
      moreProblem.value = null
    } catch (fault) {
      if (!mine.signal.aborted) moreProblem.value = fault instanceof Problem ? fault : new Problem(0, '', String(fault))
    } finally {
      fetching.value = false
    }
  }

  return { cards, page, fetching, moreProblem, hasMore: computed(() => cursor.value !== null), loadMore }
}
