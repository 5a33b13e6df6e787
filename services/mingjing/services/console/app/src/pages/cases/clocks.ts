import type { RunningClock } from '@/api'

/** The clock of a case that ends next, of those not stopped; one already past comes before all. */
export function nextClock(clocks: readonly RunningClock[]): RunningClock | null {
  const ends = (clock: RunningClock): number => (clock.due_at ? Date.parse(clock.due_at) : Infinity)
  return [...clocks].filter(({ state }) => state !== 'stopped').sort((a, b) => ends(a) - ends(b))[0] ?? null
}
