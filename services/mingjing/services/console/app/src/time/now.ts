/* The server's clock as this page knows it. In event-time the server's clock stands
   still between events, and so does this one. */
import { computed, ref, shallowRef } from 'vue'
import { dayOf, millis } from './instant'

interface Anchor { server: number; local: number; ticking: boolean }

const anchor = shallowRef<Anchor | null>(null)
const beat = ref(0)

/** Milliseconds since the epoch, or null before the server has said. Moves once a second. */
export const now = computed<number | null>(() => {
  void beat.value
  const at = anchor.value
  if (!at) return null
  return at.ticking ? at.server + Math.max(0, performance.now() - at.local) : at.server
})

export const today = computed<string | null>(() => (now.value === null ? null : dayOf(now.value)))

/** Sets the clock by an answer that has just come in; `ticking` is kept from before when not given. */
export function setNow(server: string, ticking = anchor.value?.ticking ?? true): void {
  anchor.value = { server: millis(server), local: performance.now(), ticking }
}

export function startClock(): () => void {
  const timer = setInterval(() => { beat.value += 1 }, 1000)
  return () => clearInterval(timer)
}
