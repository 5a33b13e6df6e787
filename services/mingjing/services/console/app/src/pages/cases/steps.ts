/* The way a case went through its steps, told by its events alone. */
import type { CaseEvent } from '@/api'

export interface Stop { step: string; firstAt: string; lastAt: string; visits: number; current: boolean }
export interface Move { from: number; to: number; at: string; times: number }
export interface Way { stops: Stop[]; moves: Move[] }

/** Returns the steps in the order first entered and the moves between them. `events` are in legal order.
 *  A run of events that name one step is one visit. The last step is current while the case is `running` and the step is not completed. */
export function wayOf(events: readonly CaseEvent[], running: boolean): Way {
  const stops: Stop[] = []
  const moves: Move[] = []
  let here = -1
  let open = false
  for (const event of events) {
    if (!event.step) continue
    const known = stops.findIndex(({ step }) => step === event.step)
    const to = known < 0 ? stops.push({ step: event.step, firstAt: event.time, lastAt: event.time, visits: 0, current: false }) - 1 : known
    const stop = stops[to]
    if (!stop) continue
    stop.lastAt = event.time
    if (to !== here) {
      stop.visits += 1
      if (here >= 0) {
        const same = moves.find((move) => move.from === here && move.to === to)
        if (same) Object.assign(same, { at: event.time, times: same.times + 1 })
        else moves.push({ from: here, to, at: event.time, times: 1 })
      }
    }
    here = to
    open = !event.type.endsWith('.completed')
  }
  const last = stops[here]
  if (last) last.current = running && open
  return { stops, moves }
}
