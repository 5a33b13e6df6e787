import { describe, expect, it } from 'vitest'
import { count, percent, thousands } from '@/figures'
import { parted } from '@/pages/cards/say'
import { shortNumber } from '@/parts/number'

describe('figures', () => {
  it('never round what fell short up to all', () => {
    expect(percent(199_999, 200_000)).toBe('99.99%')
    expect(percent(5, 5)).toBe('100.00%')
  })

  it('say unknown and none differently', () => {
    expect([thousands(null), thousands(0), count(0), thousands(48_213)]).toEqual(['—', '0', '—', '48,213'])
  })
})

it('parts the word that opens a line of the reckoning from the rest', () => {
  expect(parted('起算：9 月 15 日')).toEqual({ word: '起算', rest: '9 月 15 日' })
  expect(parted('届满时未办结，发黄牌。')).toEqual({ word: null, rest: '届满时未办结，发黄牌。' })
})

it('shortens a national number to the end that tells it apart', () => {
  expect(shortNumber('11990100MB2D0681124000117051202609150037')).toBe('…20260915-0037')
  expect(shortNumber('SD202610140021')).toBe('SD202610140021')
})
