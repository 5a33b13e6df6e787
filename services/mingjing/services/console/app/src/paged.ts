/* A list that is read a page at a time. */
import { onScopeDispose, ref, shallowRef, type Ref, type ShallowRef } from 'vue'
import { asProblem, type Problem } from './http'
import { useLoad, type Load } from './load'

export interface Page<T> { items: T[]; next_cursor: string | null }

/** What stands at the end of a list: where it goes on, and why it did not. */
export interface Onward {
  /** From where the next page is read; null on the last. */
  cursor: Ref<string | null>
  fetching: Ref<boolean>
  problem: ShallowRef<Problem | null>
  fetch(): Promise<void>
}

export interface Paged<T> {
  items: ShallowRef<T[]>
  first: Load<number>
  /** Reads anew as much as is shown: what was changed is changed in its place. */
  again(): Promise<void>
  onward: Onward
}

/** Asks for the first page at once and whenever `first` is reloaded, for the next when told to; what has come already (by `keyOf`) does not come twice. */
export function usePaged<T>(ask: (cursor: string | undefined, signal: AbortSignal) => Promise<Page<T>>, keyOf: (item: T) => string): Paged<T> {
  const items = shallowRef<T[]>([])
  const cursor = ref<string | null>(null)
  const fetching = ref(false)
  const problem = shallowRef<Problem | null>(null)
  let asked = new AbortController()

  let least = 0

  const first = useLoad(async (signal) => {
    asked.abort()
    const enough = least
    least = 0
    let answer = await ask(undefined, signal)
    const found = [...answer.items]
    while (answer.next_cursor && found.length < enough) {
      answer = await ask(answer.next_cursor, signal)
      found.push(...answer.items)
    }
    items.value = found
    cursor.value = answer.next_cursor
    problem.value = null
    return found.length
  })

  function again(): Promise<void> {
    least = items.value.length
    return first.reload()
  }

  async function fetch(): Promise<void> {
    if (!cursor.value || fetching.value) return
    const mine = (asked = new AbortController())
    fetching.value = true
    try {
      const answer = await ask(cursor.value, mine.signal)
      if (mine.signal.aborted) return
      const held = new Set(items.value.map(keyOf))
      items.value = [...items.value, ...answer.items.filter((each) => !held.has(keyOf(each)))]
      cursor.value = answer.next_cursor
      problem.value = null
    } catch (fault) {
      if (!mine.signal.aborted) problem.value = asProblem(fault)
    } finally {
      fetching.value = false
    }
  }

  onScopeDispose(() => asked.abort())
  return { items, first, again, onward: { cursor, fetching, problem, fetch } }
}
