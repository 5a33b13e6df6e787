/* What every page shares: the overview's figures and the names of things. */
import { computed, effectScope, watch } from 'vue'
import type { DayKind, Level, Overview, Reference, Region, TrendDay } from './api'
import { arrivals, line, onResync } from './feed/live'
import { regionPrefix } from './feed/merge'
import { api } from './http'
import { language, t } from './i18n'
import { events as english } from './i18n/en/events'
import { useLoad } from './load'
import { mayRead } from './session/state'
import { dayOf, millis } from './time/instant'
import { setNow } from './time/now'

const REFRESH_MS = 30_000
const AFTER_CARD_MS = 2_000

const world = effectScope(true).run(() => ({
  overview: useLoad<Overview>(async (signal) => {
    const answer = await api.overview(signal)
    setNow(answer.now, answer.clock === 'live')
    return answer
  }, { idle: !mayRead.value }),
  reference: useLoad<Reference>(api.reference),
}))
if (!world) throw new Error('an effect scope that has just been made is active')

export const { overview, reference } = world

/** Keeps the figures fresh: every half minute, and soon after cards have come. Returns how to stop. */
export function keepFresh(): () => void {
  let soon: ReturnType<typeof setTimeout> | undefined
  const timer = setInterval(() => { if (!document.hidden) void overview.reload() }, REFRESH_MS)
  const later = (): void => {
    soon ??= setTimeout(() => {
      soon = undefined
      void overview.reload()
    }, AFTER_CARD_MS)
  }
  const stopArrivals = watch(arrivals, later)
  const stopLine = watch(line, (state) => {
    if (state !== 'live') return
    later()
    if (!reference.data.value) void reference.reload()
  })
  const stopResync = onResync(later)
  return () => {
    clearInterval(timer)
    clearTimeout(soon)
    stopArrivals()
    stopLine()
    stopResync()
  }
}

const names = computed(() => ({
  agencies: new Map(reference.data.value?.agencies.map(({ code, title }) => [code, title])),
  regions: new Map(reference.data.value?.regions.map((region) => [region.code, region])),
  rules: new Map(reference.data.value?.rules.map((rule) => [rule.id, rule])),
  items: new Map(reference.data.value?.items.map((item) => [item.code, item])),
  events: new Map(reference.data.value?.events.map((event) => [event.type, event])),
  values: new Map(reference.data.value?.events.flatMap(({ values }) => Object.entries(values).flatMap(([field, codes]) => Object.entries(codes).map(([code, title]) => [`${field} ${code}`, title] as const)))),
  packs: new Map(reference.data.value?.rules.map(({ pack, pack_title }) => [pack, pack_title])),
  fields: new Map(reference.data.value?.events.flatMap(({ fields }) => Object.entries(fields))),
}))

export const agencyTitle = (code: string | null): string => (code ? names.value.agencies.get(code) ?? code : '—')
export const regionTitle = (code: string | null): string => (code ? names.value.regions.get(code)?.title ?? code : '—')
export const ruleTitle = (id: string): string => names.value.rules.get(id)?.title ?? id
export const ruleLevels = (id: string): readonly Level[] => names.value.rules.get(id)?.levels ?? []
export const itemOf = (code: string | null) => (code ? names.value.items.get(code) : undefined)

/** What the law of a pack is called. */
export const packTitle = (name: string): string => names.value.packs.get(name) ?? name

/** The matter a case is about; one whose code is in no catalogue is said to be so. */
export function matterTitle({ item, item_title }: { item: string | null; item_title: string | null }): string {
  const title = item_title && item_title !== item ? item_title : itemOf(item)?.title
  return title ?? t('item.unlisted', { code: item?.slice(-12) ?? '' })
}

/** What the event's vocabulary calls it; an event of none keeps the name it came with. */
export const eventTitle = (type: string): string =>
  (language.value === 'en' ? english[type] : undefined) ?? names.value.events.get(type)?.title ?? type

/** What the vocabulary calls a field of an event's data, of this event or of any other that has it. */
export const fieldTitle = (type: string, field: string): string => names.value.events.get(type)?.fields[field] ?? names.value.fields.get(field) ?? field

/** What a code among a field's values stands for, of this event's field or of any other of the name; an agency's code is its name. Anything else is told as it came. */
export const valueTitle = (type: string, field: string, value: string): string =>
  names.value.events.get(type)?.values[field]?.[value] ?? names.value.values.get(`${field} ${value}`) ?? names.value.agencies.get(value) ?? value

/** The smallest region in which every agency lies, or null where there is none. */
export const root = computed<Region | null>(() => {
  const { regions = [], agencies = [] } = reference.data.value ?? {}
  const holding = regions.filter(({ code }) => agencies.every(({ region }) => region.startsWith(regionPrefix(code))))
  return holding.sort((a, b) => regionPrefix(b.code).length - regionPrefix(a.code).length)[0] ?? null
})

/** The cards that hold since today, by the day they were violated on, as the trend counts them. */
export function todays(figures: Overview | null): Pick<TrendDay, 'warning' | 'yellow' | 'red'> | null {
  if (!figures) return null
  const day = dayOf(millis(figures.now))
  return figures.trend.find(({ date }) => date === day) ?? { warning: 0, yellow: 0, red: 0 }
}

/** `工作日`, `周末` or the holiday's name: what kind of day today is. */
export const dayKindText = (day: { kind: DayKind | null; name: string | null }): string =>
  day.kind === 'holiday' && day.name ? day.name : t(`kind.${day.kind ?? 'unknown'}`)
