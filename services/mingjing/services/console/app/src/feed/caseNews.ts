/* How one case goes on while its page is open: a stream of its own, kept only while the page is looked at,
   for a browser opens but six lines to one address. */
import { computed, onScopeDispose, shallowRef, watch, type ComputedRef, type ShallowRef } from 'vue'
import type { CaseFacts, CaseFile } from '@/api'
import { tellStranger } from '@/http'
import { follow } from './follow'
import { paused } from './live'
import { compareVer } from './merge'

export interface CaseNews {
  /** How the case stands by the newest that is known; null before anything is. */
  facts: ComputedRef<CaseFacts | null>
  /** Whether the tables have not written yet what the stream has told. */
  behind: ComputedRef<boolean>
}

/** Follows the case from where `file` was read. */
export function useCaseNews(key: string, file: Readonly<ShallowRef<CaseFile | null>>, reload: () => Promise<void>): CaseNews {
  const news = shallowRef<CaseFacts | null>(null)
  let stop = (): void => undefined

  const listener = {
    open: (): void => undefined,
    lost: (): void => undefined,
    stranger: tellStranger,
    take(_event: string, said: unknown): void {
      const told = said as CaseFacts
      if (!news.value || compareVer(told.ver, news.value.ver) > 0) news.value = told
    },
    async resync(): Promise<string> {
      await reload()
      return file.value?.feed ?? ''
    },
  }
  function open(): void {
    stop()
    if (file.value && !document.hidden) stop = follow('/v1/cases/stream', file.value.feed, listener, { case: key })
  }
  function look(): void {
    if (document.hidden) stop()
    else void reload().then(open)
  }

  watch(() => file.value !== null, open, { immediate: true })
  document.addEventListener('visibilitychange', look)
  onScopeDispose(() => {
    document.removeEventListener('visibilitychange', look)
    stop()
  })

  const facts = computed(() => {
    const [held, told] = [file.value?.case ?? null, paused.value ? null : news.value]
    return held && told && compareVer(told.ver, held.ver) > 0 ? told : held
  })
  const behind = computed(() => !!file.value && !!facts.value
    && (compareVer(facts.value.ver, file.value.case.ver) > 0 || file.value.archived <= facts.value.ver[0]))
  return { facts, behind }
}
