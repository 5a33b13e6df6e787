/* The list of cards under a filter: pages by keyset, kept true by the stream. */
import { computed, onScopeDispose, ref, shallowRef, watch, type Ref } from 'vue'
import type { Card, Standing } from '@/api'
import { onCards, onResync } from '@/feed/live'
import { compareVer, fits, merge, type CardFilter } from '@/feed/merge'
import { forgetClocks } from '@/feed/reviews'
import { onStages } from '@/feed/stages'
import { api, asProblem, type Problem, type Query } from '@/http'
import { useLoad } from '@/load'

const PAGE = 50

const later = (held: Standing | null | undefined, come: Standing): Standing => (held && compareVer(held.ver, come.ver) > 0 ? held : come)

/** The filter as the API asks for it: stages one by one. */
const asked = (filter: CardFilter): Query => ({ ...filter, stage: filter.stage?.split(',') })

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
    const answer = await api.cards({ ...asked(filter.value), limit: PAGE }, signal)
    const listed = new Set(answer.items.map((card) => card.card_id))
    cards.value = merge(answer.items, filter.value.enterprise ? meanwhile.filter((card) => listed.has(card.card_id)) : meanwhile, allowed)
    cursor.value = answer.next_cursor
    return answer.items.length
  })

  /** A card older than the last one loaded belongs to a page that has not been asked for. */
  const inReach = (card: Card): boolean => {
    const last = cards.value.at(-1)
    return cursor.value === null || !last || Date.parse(card.issued_at) >= Date.parse(last.issued_at)
  }

  const stopCards = onCards((come) => {
    for (const card of come) forgetClocks(card.case_key)
    meanwhile.push(...come)
    if (page.data.value === null) return
    const held = new Set(cards.value.map((card) => card.card_id))
    if (filter.value.enterprise && come.some((card) => !held.has(card.card_id))) return void page.reload()
    cards.value = merge(cards.value, come.filter((card) => held.has(card.card_id) || inReach(card)), allowed)
  })
  const stopStages = onStages((news) => {
    const held = cards.value.find((card) => card.card_id === news.card_id)
    if (held) cards.value = cards.value.map((card) => (card === held ? { ...card, life: later(card.life, news) } : card)).filter(allowed)
    else if (filter.value.stage?.split(',').includes(news.stage)) void page.reload()
  })
  const stopResync = onResync(() => void page.reload())
  onScopeDispose(() => { stopCards(); stopStages(); stopResync(); more.abort() })

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
      const answer = await api.cards({ ...asked(filter.value), limit: PAGE, cursor: cursor.value }, mine.signal)
      cards.value = merge(cards.value, answer.items, allowed)
      cursor.value = answer.next_cursor
      moreProblem.value = null
    } catch (fault) {
      if (!mine.signal.aborted) moreProblem.value = asProblem(fault)
    } finally {
      fetching.value = false
    }
  }

  return { cards, page, fetching, moreProblem, hasMore: computed(() => cursor.value !== null), loadMore }
}
