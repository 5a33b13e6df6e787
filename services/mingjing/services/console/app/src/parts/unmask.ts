/* What is masked, for who may read it and says why; it leaves the screen when they have read it. */
import { ref, shallowRef, type Ref, type ShallowRef } from 'vue'
import { asProblem, type Problem } from '@/http'

/** As the API has it: shorter is no reason. */
export const SHORTEST_REASON = 6
export const LONGEST_REASON = 500

export interface Unmasking<T> {
  /** Whether the reason is being asked for, or what it was given for is on the screen. */
  asking: Ref<boolean>
  reason: Ref<string>
  busy: Ref<boolean>
  shown: ShallowRef<T | null>
  problem: ShallowRef<Problem | null>
  show(): Promise<void>
  hide(): void
}

/** Asks for what is masked with the reason that was typed; every answer is on the trail. */
export function useUnmasking<T>(ask: (reason: string) => Promise<T>): Unmasking<T> {
  const asking = ref(false)
  const reason = ref('')
  const busy = ref(false)
  const shown = shallowRef<T | null>(null)
  const problem = shallowRef<Problem | null>(null)

  async function show(): Promise<void> {
    busy.value = true
    problem.value = null
    try {
      const answer = await ask(reason.value.trim())
      if (asking.value) shown.value = answer
    } catch (fault) {
      problem.value = asProblem(fault)
    } finally {
      busy.value = false
    }
  }

  function hide(): void {
    shown.value = problem.value = null
    asking.value = false
    reason.value = ''
  }

  return { asking, reason, busy, shown, problem, show, hide }
}
