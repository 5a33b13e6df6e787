import type { Word } from '@/i18n'
import type { Glyph } from '@/parts/glyphs'

export interface Place { to: string; word: Word; glyph: Glyph; key: string; group: number; count?: 'cards' | 'letters'; /** What a role must be allowed to do to find anything here; `case.read` where none is named. */ needs?: string }

export const places: readonly Place[] = [
  { to: '/', word: 'nav.overview', glyph: 'home', key: 'o', group: 0 },
  { to: '/cards', word: 'nav.cards', glyph: 'cards', key: 'w', group: 0, count: 'cards' },
  { to: '/cases', word: 'nav.cases', glyph: 'case', key: 'c', group: 0 },
  { to: '/reports', word: 'nav.reports', glyph: 'report', key: 'r', group: 0 },
  { to: '/rules', word: 'nav.rules', glyph: 'rule', key: 'u', group: 1 },
  { to: '/quality', word: 'nav.quality', glyph: 'data', key: 'q', group: 1, count: 'letters' },
  { to: '/uploads', word: 'nav.uploads', glyph: 'export', key: 'f', group: 1, needs: 'event.submit' },
  { to: '/wall', word: 'nav.wall', glyph: 'wall', key: 'b', group: 2 },
  { to: '/deliveries', word: 'nav.deliveries', glyph: 'info', key: 'n', group: 3, needs: 'card.act' },
  { to: '/accounts', word: 'nav.accounts', glyph: 'look', key: 'a', group: 3, needs: 'account.manage' },
  { to: '/audit', word: 'nav.audit', glyph: 'print', key: 'l', group: 3, needs: 'audit.read' },
]

/** Whether `path` lies in `place`. */
export const within = (place: Place, path: string): boolean =>
  place.to === '/' ? path === '/' : path === place.to || path.startsWith(`${place.to}/`)

/** The places somebody who may do `actions` has something to find in. */
export const placesFor = (actions: readonly string[]): readonly Place[] => places.filter(({ needs = 'case.read' }) => actions.includes(needs))
