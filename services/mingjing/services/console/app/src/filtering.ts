/* A filter that lives in the address, so that it can be sent to a colleague. */
import { computed, watch, type ComputedRef } from 'vue'
import { useRoute, useRouter } from 'vue-router'

export interface Filtering<Name extends string> {
  /** What each part is set to; '' where it is not. */
  filter: ComputedRef<Record<Name, string>>
  filtered: ComputedRef<boolean>
  refine(changes: Partial<Record<Name, string | null>>): void
  clear(): void
}

/** Reads the parts of a filter from the address and writes them there; `changed` is told, while the page is still the same. */
export function useFilter<Name extends string>(names: readonly Name[], changed: () => void): Filtering<Name> {
  const route = useRoute()
  const router = useRouter()
  const here = route.path
  const one = (name: Name): string => { const told = route.query[name]; return typeof told === 'string' ? told : '' }
  const filter = computed(() => Object.fromEntries(names.map((name) => [name, one(name)])) as Record<Name, string>)
  const filtered = computed(() => Object.values(filter.value).some(Boolean))

  function refine(changes: Partial<Record<Name, string | null>>): void {
    const query = Object.fromEntries(Object.entries<string | null>({ ...filter.value, ...changes }).filter(([, each]) => each))
    void router.replace({ query })
  }
  watch(filter, () => { if (route.path === here) changed() })
  return { filter, filtered, refine, clear: () => void router.replace({ query: {} }) }
}
