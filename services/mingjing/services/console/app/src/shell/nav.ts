import type { Word } from '@/i18n'
import type { Glyph } from '@/parts/glyphs'

export interface Place { to: string; word: Word; glyph: Glyph; key: string; group: number; count?: 'cards' | 'letters' }

export const places: readonly Place[] = [
  { to: '/', word: 'nav.overview', glyph: 'home', key: 'o', group: 0 },
  { to: '/cards', word: 'nav.cards', glyph: 'cards', key: 'w', group: 0, count: 'cards' },
  { to: '/cases', word: 'nav.cases', glyph: 'case', key: 'c', group: 0 },
  { to: '/rules', word: 'nav.rules', glyph: 'rule', key: 'u', group: 1 },
  { to: '/quality', word: 'nav.quality', glyph: 'data', key: 'q', group: 1, count: 'letters' },
  { to: '/wall', word: 'nav.wall', glyph: 'wall', key: 'b', group: 2 },
]

/** Whether `path` lies in `place`. */
export const within = (place: Place, path: string): boolean =>
  place.to === '/' ? path === '/' : path === place.to || path.startsWith(`${place.to}/`)
