import { describe, expect, it } from 'vitest'
import type { Card } from '@/api'
import { compareVer, drawnAt, fits, merge, regionPrefix } from '@/feed/merge'

const card = (id: string, ver: Card['ver'], more: Partial<Card> = {}): Card =>
  ({ card_id: id, ver, issued_at: '2026-10-14T09:00:00+08:00', level: 'yellow', status: 'standing', region: '330106000000', ...more }) as Card

describe('two roads of cards', () => {
  it('lets the greater version win whichever comes first', () => {
    const old = card('a', [10, 1, 1], { level: 'warning' })
    const late = card('a', [12, 1, 2])
    expect(merge([old], [late])).toEqual([late])
    expect(merge([late], [old])).toEqual([late])
  })

  it('compares offset, then generation, then revision', () => {
    expect(compareVer([2, 0, 0], [1, 9, 9])).toBeGreaterThan(0)
    expect(compareVer([1, 2, 0], [1, 1, 9])).toBeGreaterThan(0)
    expect(compareVer([1, 1, 2], [1, 1, 3])).toBeLessThan(0)
  })

  it('gives one order whatever the order of arrival', () => {
    const cards = [card('a', [1, 1, 1]), card('b', [2, 1, 1]), card('c', [3, 1, 1], { issued_at: '2026-10-14T08:00:00Z' })]
    const ids = (list: Card[]): string[] => list.map(({ card_id }) => card_id)
    expect(ids(merge([], cards))).toEqual(['c', 'b', 'a'])
    expect(ids(merge([], [...cards].reverse()))).toEqual(['c', 'b', 'a'])
  })

  it('keeps how a card stands among people when the stream, which does not say, brings a later state', () => {
    const life = { stage: 'signed', round: 1, revision: 2, shown: 'yellow', entries: [], ver: [1, 1, 0] } as const
    const worked = card('a', [1, 1, 1], { life: { ...life, entries: [] } } as Partial<Card>)
    const [later] = merge([worked], [card('a', [2, 1, 2], { status: 'cleared' })])
    expect([later?.status, later?.life?.stage]).toEqual(['cleared', 'signed'])
    expect(fits(later!, { stage: 'drawn,signed' })).toBe(true)
    expect(fits(later!, { stage: 'drawn' })).toBe(false)
  })

  it('goes by the level a card shows, which people may have lowered or taken away', () => {
    const life = (verb: string, shown: string | null): Partial<Card> => ({ level: 'red', life: { stage: 'closed', round: 1, revision: 2, shown, entries: [{ verb, round: 1 }], ver: [1, 1, 0] } } as unknown as Partial<Card>)
    const lowered = card('a', [1, 1, 1], life('lower', 'yellow'))
    const revoked = card('b', [1, 1, 1], life('revoke', null))
    const levels = ['red', 'yellow']
    expect(levels.map((level) => fits(lowered, { level }))).toEqual([false, true])
    expect(levels.map((level) => fits(revoked, { level }))).toEqual([false, false])
  })

  it('drops a card whose new state no longer fits the filter', () => {
    const standing = card('a', [1, 1, 1])
    const cleared = card('a', [2, 1, 2], { status: 'cleared' })
    expect(merge([standing], [cleared], (each) => fits(each, { status: 'standing' }))).toEqual([])
  })
})

it('takes a card that rose as drawn when it rose, though it was first issued long before', () => {
  const rose = card('a', [2, 1, 2], { issued_at: '2026-09-30T00:00:01+08:00', violated_at: '2026-10-09T00:00:00+08:00' })
  expect(drawnAt(rose)).toBe(Date.parse('2026-10-09T00:00:00+08:00'))
})

describe('a region filter', () => {
  it.each([['330000000000', '33'], ['330100000000', '3301'], ['330106000000', '330106'], ['330122104000', '330122104'], ['330122104205', '330122104205']])('cuts %s to %s', (code, head) => {
    expect(regionPrefix(code)).toBe(head)
  })

  it('holds what lies inside and nothing beside', () => {
    expect(fits(card('a', [1, 1, 1]), { region: '3301' })).toBe(true)
    expect(fits(card('a', [1, 1, 1]), { region: '330102' })).toBe(false)
  })
})
