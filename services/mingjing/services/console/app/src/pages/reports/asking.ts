/* A report of the period that the address names, asked for until it has been counted; without one, of the period reports begin at. */
import { computed, onScopeDispose, watch, type ComputedRef } from 'vue'
import { useRoute, useRouter } from 'vue-router'
import type { CountJob, ReportStart } from '@/api'
import { api, type Query } from '@/http'
import { useLoad, type Load } from '@/load'
import { dayOf } from '@/time/instant'
import { begunIn, later, monthOf, readPeriod, within, writePeriod, type Kind, type Period } from './period'

const AGAIN_MS = 2_000

export interface Asking<T> {
  /** What is shown; null until it is known. */
  period: ComputedRef<Period | null>
  /** Where reports begin, if nobody chose the period; else null. */
  begun: ComputedRef<ReportStart | null>
  /** Whether no later period has begun. */
  newest: ComputedRef<boolean>
  query: ComputedRef<Record<string, string> & { month: string }>
  /** What the report is asked for with. */
  asked: ComputedRef<Record<string, string>>
  page: Load<T | CountJob | null>
  report: ComputedRef<T | null>
  job: ComputedRef<CountJob | null>
  start: Load<ReportStart>
  go: (change: Record<string, string | undefined>) => void
  step: (steps: number) => void
  turn: (kind: Kind) => void
}

const counting = (answer: object): answer is CountJob => 'state' in answer

/** `cuts` are the parts of the address that say which report it is, besides the period; `asking` fills in what they leave open. */
export function useReport<T extends object>(
  ask: (query: Query, signal: AbortSignal) => Promise<T | CountJob>, cuts: readonly string[], asking: (query: Record<string, string>) => Record<string, string> = (query) => query,
): Asking<T> {
  const route = useRoute()
  const router = useRouter()
  const here = route.path
  const one = (name: string): string => (typeof route.query[name] === 'string' ? route.query[name] : '')

  const start = useLoad(api.reportStart)
  const chosen = computed(() => readPeriod(one('month')))
  const begun = computed(() => (chosen.value ? null : start.data.value))
  const period = computed(() => chosen.value ?? (begun.value ? (readPeriod(begun.value.month ?? '') ?? monthOf(dayOf(Date.now()))) : null))
  const newest = computed(() => Boolean(period.value && start.data.value?.latest && !begunIn(later(period.value, 1), start.data.value.latest)))
  const query = computed(() => ({
    month: period.value ? writePeriod(period.value) : '',
    ...Object.fromEntries<string>(cuts.map((name) => [name, one(name)] as const).filter(([, value]) => value)),
  }))
  const asked = computed(() => asking(query.value))
  const page = useLoad<T | CountJob | null>(async (signal) => (query.value.month ? await ask(asked.value, signal) : null))
  const report = computed<T | null>(() => (page.data.value && !counting(page.data.value) ? page.data.value : null))
  const job = computed(() => (page.data.value && counting(page.data.value) ? page.data.value : null))

  let again: ReturnType<typeof setTimeout> | undefined
  watch(job, (now) => { if (now) again = setTimeout(() => void page.reload(), AGAIN_MS) })
  onScopeDispose(() => clearTimeout(again))
  watch(query, (now, before) => { if (route.path === here && JSON.stringify(now) !== JSON.stringify(before)) void page.reload() })

  const go = (change: Record<string, string | undefined>): void => {
    const next: Record<string, string | undefined> = { ...query.value, ...change }
    void router.replace({ query: Object.fromEntries(Object.entries(next).filter(([, value]) => value)) })
  }
  const step = (steps: number): void => { if (period.value) go({ month: writePeriod(later(period.value, steps)) }) }
  const turn = (kind: Kind): void => { if (period.value) go({ month: writePeriod(within(period.value, kind)) }) }

  return { period, begun, newest, query, asked, page, report, job, start, go, step, turn }
}
