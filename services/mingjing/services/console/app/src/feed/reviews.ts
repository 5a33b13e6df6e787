/* The clocks of the cases that are listed, asked for together: one question, and one entry on the trail, for all that a page shows at once. */
import { shallowReactive, watch } from 'vue'
import type { Clock } from '@/api'
import { api } from '@/http'
import { today } from '@/time/now'

const KEPT = 200
/** As many as the interface answers for at once. */
const AT_ONCE = 50
const AFTER_MIDNIGHT_MS = 5_000

const held = shallowReactive(new Map<string, readonly Clock[] | null>())
const queue = new Set<string>()
const coming = new Set<string>()

/* The server counts the days: when the day turns, every clock is a day old. */
let turning: ReturnType<typeof setTimeout> | undefined
watch(today, (day, before) => {
  if (before === null || day === before) return
  turning ??= setTimeout(() => {
    turning = undefined
    held.clear()
  }, AFTER_MIDNIGHT_MS)
})

/** The clocks of a case, or undefined while they are not here; null when they could not be had. */
export const clocksOf = (key: string): readonly Clock[] | null | undefined => held.get(key)

/** Asks for the clocks of a case unless they are here or coming. */
export function wantClocks(key: string): void {
  if (held.has(key) || coming.has(key)) return
  queue.add(key)
  // What is wanted in the same turn is asked for at once.
  if (queue.size === 1 && coming.size === 0) setTimeout(next)
}

/** Drops the clocks of a case that has changed, so that the next look asks again. */
export function forgetClocks(key: string): void {
  held.delete(key)
}

/** The page and what it was asked for, in codes: words that somebody typed are not told. */
function here(): string {
  const asked = new URLSearchParams(location.search)
  asked.delete('card')
  const path = location.pathname.replace('/console', '')
  return (asked.size > 0 ? `${path}?${asked}` : path).replace(/%[0-9A-F]{2}|[^A-Za-z0-9/?&=_.,:+-]/g, '').slice(0, 400)
}

function next(): void {
  if (coming.size > 0 || queue.size === 0) return
  const keys = [...queue].slice(0, AT_ONCE)
  for (const key of keys) {
    queue.delete(key)
    coming.add(key)
  }
  api.clocks(keys, here(), new AbortController().signal)
    .then(({ items }) => {
      const found = new Map(items.map(({ case_key, clocks }) => [case_key, clocks]))
      for (const key of keys) held.set(key, found.get(key) ?? null)
    }, () => { for (const key of keys) held.set(key, null) })
    .finally(() => {
      coming.clear()
      for (const key of [...held.keys()].slice(0, Math.max(0, held.size - KEPT))) held.delete(key)
      next()
    })
}
