/* The way a case went through its steps, told by its events alone. */
import type { CaseEvent } from '@/api'

export interface Stop { step: string; firstAt: string; lastAt: string; visits: number; current: boolean }
export interface Move { from: number; to: number; at: string; times: number }
export interface Way { stops: Stop[]; moves: Move[] }

/** What happens beside the way and not on it: clocks stopped, limits extended, ratings, takings back. */
const BESIDE = /^(clock|step|event|eval|fee|stakeholder)\.|\.(extended|pre_accepted|certified|record_filed)$/

/** Events that still hold: those a later one corrects or takes back are left out, and so is the taking back. */
export function holding(events: readonly CaseEvent[]): CaseEvent[] {
  const corrected = new Set(events.flatMap(({ source, corrects }) => (corrects ? [`${source}\0${corrects}`] : [])))
  return events.filter(({ source, id, type }) => !corrected.has(`${source}\0${id}`) && type !== 'event.voided')
}

/** Returns the steps in the order first entered and the moves between them. `events` are in legal order.
 *  A milestone, such as an application or a delivery, that names no step is a stop by its own `title`.
 *  A run of events at one stop is one visit. The last is current while the case is `running` and the step is not completed. */
export function wayOf(events: readonly CaseEvent[], running: boolean, title: (type: string) => string): Way {
  const stops: Stop[] = []
  const moves: Move[] = []
  let here = -1
  let open = false
  for (const event of holding(events)) {
    const step = event.step ?? (BESIDE.test(event.type) ? null : short(title(event.type)))
    if (!step) continue
    const known = stops.findIndex((stop) => stop.step === step)
    const to = known < 0 ? stops.push({ step, firstAt: event.time, lastAt: event.time, visits: 0, current: false }) - 1 : known
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

/** A title without what it says in brackets. */
const short = (title: string): string => title.replace(/[（(].*$/, '').trim()
