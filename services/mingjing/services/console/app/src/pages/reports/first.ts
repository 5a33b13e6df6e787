/* A table of which the first lines are shown until all are asked for. */
import { computed, ref, toValue, type ComputedRef, type MaybeRefOrGetter } from 'vue'

const LISTED = 20

export interface FirstLines<T> { listed: ComputedRef<readonly T[]>; /** Shows all from now on. */ showAll(): void }

/** The first of `lines`; all of them once they have been asked for, or where the table is `complete` by its nature. */
export function useFirst<T>(lines: MaybeRefOrGetter<readonly T[]>, complete: MaybeRefOrGetter<boolean> = false): FirstLines<T> {
  const whole = ref(false)
  const listed = computed(() => (whole.value || toValue(complete) ? toValue(lines) : toValue(lines).slice(0, LISTED)))
  return { listed, showAll: () => { whole.value = true } }
}
