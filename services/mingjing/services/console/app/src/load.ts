/* A question to the API with its states: not yet, slow, here, refused. */
import { onScopeDispose, ref, shallowRef, type Ref, type ShallowRef } from 'vue'
import { asProblem, type Problem } from './http'

const PATIENCE_MS = 200

export interface Load<T> {
  data: ShallowRef<T | null>
  problem: ShallowRef<Problem | null>
  /** True once an answer has been awaited long enough for a skeleton to be worth showing. */
  slow: Ref<boolean>
  busy: Ref<boolean>
  reload(): Promise<void>
}

/** Asks at once (unless `idle`) and whenever told to; an answer overtaken by a later question is dropped. What was shown stays shown meanwhile. */
export function useLoad<T>(question: (signal: AbortSignal) => Promise<T>, { idle = false } = {}): Load<T> {
  const data = shallowRef<T | null>(null)
  const problem = shallowRef<Problem | null>(null)
  const slow = ref(false)
  const busy = ref(false)
  let asked = new AbortController()

  async function reload(): Promise<void> {
    asked.abort()
    const mine = (asked = new AbortController())
    busy.value = true
    const timer = setTimeout(() => { slow.value = true }, PATIENCE_MS)
    try {
      const answer = await question(mine.signal)
      if (mine.signal.aborted) return
      data.value = answer
      problem.value = null
    } catch (fault) {
      if (mine.signal.aborted) return
      problem.value = asProblem(fault)
    } finally {
      clearTimeout(timer)
      if (mine === asked) busy.value = slow.value = false
    }
  }

  onScopeDispose(() => asked.abort())
  if (!idle) void reload()
  return { data, problem, slow, busy, reload }
}
