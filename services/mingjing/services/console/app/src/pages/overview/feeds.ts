/* Sources as they stand: silent ones first, then those whose events were refused, then the rest. */
import type { FeedRow, TrendDay } from '@/api'
import { dayAt, dayBegin, dayNumber, millis } from '@/time/instant'

export type FeedState = 'silent' | 'refused' | 'fine'
export interface Feed { source: string; title: string; agency: string | null; events: number; deadLetters: number; age: number | null; state: FeedState }

const RANK = { silent: 0, refused: 1, fine: 2 } as const

/** A source is silent while it has sent nothing at all, and again once a full working day has gone without a word of it: nights, weekends and holidays silence nobody.
 *  Whether silence breaks a source's own rhythm is the silence rule's to judge. Within a state the longest unheard comes first. */
export function feedsOf(rows: readonly FeedRow[], now: number | null, days: readonly TrendDay[]): Feed[] {
  const since = now === null ? null : lastFullWorkday(days, now)
  return rows
    .map((row): Feed => {
      const heard = row.last_event_at === null ? null : millis(row.last_event_at)
      const silent = now !== null && (heard === null ? row.dead_letters === 0 : since !== null && heard < since)
      return {
        source: row.source, title: row.title, agency: row.agency, events: row.events, deadLetters: row.dead_letters,
        age: heard === null || now === null ? null : Math.max(0, now - heard),
        state: silent ? 'silent' : row.dead_letters > 0 ? 'refused' : 'fine',
      }
    })
    .sort((a, b) => RANK[a.state] - RANK[b.state] || unheard(b) - unheard(a) || b.events - a.events)
}

/* Of a name that only refused data bears, nothing can be told: it comes after every source. */
const unheard = ({ age, state }: Feed): number => age ?? (state === 'silent' ? Infinity : -1)

/** When the last working day began that is wholly past, or null where no such day is known. */
function lastFullWorkday(days: readonly TrendDay[], now: number): number | null {
  const past = days.filter(({ date, kind }) => (kind === 'work' || kind === 'makeup') && dayBegin(dayAt(dayNumber(date) + 1)) <= now)
  const last = past.map(({ date }) => date).sort().at(-1)
  return last === undefined ? null : dayBegin(last)
}
