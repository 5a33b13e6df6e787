/* One step of a form: sent once at a time, its refusal kept to be read. */
import { ref, shallowRef, type Ref, type ShallowRef } from 'vue'
import { asProblem, type Problem } from '@/http'

export interface Step { busy: Ref<boolean>; problem: ShallowRef<Problem | null>; take(act: () => Promise<unknown>): Promise<boolean> }

export function useStep(): Step {
  const busy = ref(false)
  const problem = shallowRef<Problem | null>(null)

  /** Runs `act` unless one is under way; whether it did what was wished. */
  async function take(act: () => Promise<unknown>): Promise<boolean> {
    if (busy.value) return false
    busy.value = true
    try {
      await act()
      problem.value = null
      return true
    } catch (fault) {
      problem.value = asProblem(fault)
      return false
    } finally {
      busy.value = false
    }
  }

  return { busy, problem, take }
}
