import { expect, test } from 'vitest'
import { tierBelow } from '../../src/pages/reports/tiers'

test.each([
  ['', '县'], ['990000000000', '市'], ['99', '市'], ['990100000000', '县'], ['990122', '镇'], ['990120000000', '镇'], ['990122104000', '村'], ['990122104205', '村'],
])('below %s lies %s', (code, tier) => {
  expect(tierBelow(code)).toBe(tier)
})
