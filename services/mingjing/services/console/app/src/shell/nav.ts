import type { Word } from '@/i18n'
import type { Glyph } from '@/parts/glyphs'

export interface Place { to: string; word: Word; glyph: Glyph; key: string; group: number; count?: 'cards' | 'letters'; /** What a role must be allowed to do to find anything here; `case.read` where none is named, nothing where it is empty. */ needs?: string; /** Has a place of its own at the foot of a telephone. */ foot?: true }

export const places: readonly Place[] = [
  { to: '/', word: 'nav.overview', glyph: 'home', key: 'o', group: 0, foot: true },
  { to: '/cards', word: 'nav.cards', glyph: 'cards', key: 'w', group: 0, count: 'cards', foot: true },
  { to: '/desk', word: 'nav.desk', glyph: 'queue', key: 'd', group: 0, foot: true },
  { to: '/cases', word: 'nav.cases', glyph: 'case', key: 'c', group: 0, foot: true },
  { to: '/projects', word: 'nav.projects', glyph: 'board', key: 'j', group: 0 },
  { to: '/reports', word: 'nav.reports', glyph: 'report', key: 'r', group: 0 },
  { to: '/agencies', word: 'nav.agencies', glyph: 'house', key: 'p', group: 1 },
  { to: '/enterprises', word: 'nav.enterprises', glyph: 'shop', key: 'e', group: 1, needs: 'enterprise.read' },
  { to: '/rules', word: 'nav.rules', glyph: 'rule', key: 'u', group: 1 },
  { to: '/law', word: 'nav.law', glyph: 'keep', key: 'v', group: 1 },
  { to: '/quality', word: 'nav.quality', glyph: 'data', key: 'q', group: 1, count: 'letters' },
  { to: '/uploads', word: 'nav.uploads', glyph: 'export', key: 'f', group: 1, needs: 'event.submit' },
  { to: '/wall', word: 'nav.wall', glyph: 'wall', key: 'b', group: 2 },
  { to: '/deliveries', word: 'nav.deliveries', glyph: 'bell', key: 'n', group: 3, needs: 'card.act' },
  { to: '/accounts', word: 'nav.accounts', glyph: 'person', key: 'a', group: 3, needs: 'account.manage' },
  { to: '/keys', word: 'nav.keys', glyph: 'key', key: 'k', group: 3, needs: 'account.manage' },
  { to: '/audit', word: 'nav.audit', glyph: 'print', key: 'l', group: 3, needs: 'audit.read' },
  { to: '/status', word: 'nav.status', glyph: 'pulse', key: 's', group: 3, needs: '' },
]

/** Whether `path` lies in `place`. */
export const within = (place: Place, path: string): boolean =>
  place.to === '/' ? path === '/' : path === place.to || path.startsWith(`${place.to}/`)

/** The places somebody who may do `actions` has something to find in. */
export const placesFor = (actions: readonly string[]): readonly Place[] => places.filter(({ needs = 'case.read' }) => needs === '' || actions.includes(needs))
