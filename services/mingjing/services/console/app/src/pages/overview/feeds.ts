/* Sources as they stand: silent ones first, then those whose events were refused, then the rest. */
import type { FeedRow } from '@/api'

/** A source not heard for so long is called silent; whether that breaks its rhythm is the silence rule's to judge. */
export const SILENT_MS = 3 * 3_600_000

export type FeedState = 'silent' | 'refused' | 'fine'
export interface Feed { source: string; title: string; agency: string | null; events: number; deadLetters: number; age: number | null; state: FeedState }

const RANK = { silent: 0, refused: 1, fine: 2 } as const

export function feedsOf(rows: readonly FeedRow[], now: number | null): Feed[] {
  return rows
    .map((row): Feed => {
      const age = row.last_event_at === null || now === null ? null : Math.max(0, now - Date.parse(row.last_event_at))
      const silent = now !== null && (age === null || age >= SILENT_MS)
      return {
        source: row.source, title: row.title, agency: row.agency, events: row.events, deadLetters: row.dead_letters, age,
        state: silent ? 'silent' : row.dead_letters > 0 ? 'refused' : 'fine',
      }
    })
    .sort((a, b) => RANK[a.state] - RANK[b.state] || b.events - a.events)
}
