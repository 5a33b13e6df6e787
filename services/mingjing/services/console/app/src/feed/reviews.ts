/* Case files asked for by rows that have come into view, two at a time. */
import { shallowReactive, watch } from 'vue'
import type { CaseFile } from '@/api'
import { api } from '@/http'
import { today } from '@/time/now'

const KEPT = 200
const AT_ONCE = 2
const AFTER_MIDNIGHT_MS = 5_000

const held = shallowReactive(new Map<string, CaseFile | null>())
const queue: string[] = []
let underWay = 0

/* The server counts the days: when the day turns, every file is a day old. */
let turning: ReturnType<typeof setTimeout> | undefined
watch(today, (day, before) => {
  if (before === null || day === before) return
  turning ??= setTimeout(() => {
    turning = undefined
    held.clear()
  }, AFTER_MIDNIGHT_MS)
})

/** The file of a case, or undefined while it is not here; null when it could not be had. */
export const fileOf = (key: string): CaseFile | null | undefined => held.get(key)

/** Asks for the file of a case unless it is here or coming. */
export function wantFile(key: string): void {
  if (held.has(key) || queue.includes(key)) return
  queue.push(key)
  next()
}

/** Drops the file of a case that has changed, so that the next look asks again. */
export function forgetFile(key: string): void {
  held.delete(key)
}

function next(): void {
  if (underWay >= AT_ONCE) return
  const key = queue.shift()
  if (key === undefined) return
  underWay += 1
  api.case(key, new AbortController().signal)
    .then((file) => held.set(key, file), () => held.set(key, null))
    .finally(() => {
      underWay -= 1
      const oldest = held.keys().next()
      if (held.size > KEPT && !oldest.done) held.delete(oldest.value)
      next()
    })
}
