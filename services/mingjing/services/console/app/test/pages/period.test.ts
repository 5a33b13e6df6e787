import { expect, test } from 'vitest'
import { begunIn, later, monthOf, readPeriod, within, writePeriod } from '../../src/pages/reports/period'

test.each(['2026-10', '2026-Q3', '2026-H1', '2026'])('%s is read and written the same', (text) => {
  expect(writePeriod(readPeriod(text)!)).toBe(text)
})

test.each(['', '2026-13', '2026-Q5', '26-01'])('%s is no period', (text) => {
  expect(readPeriod(text)).toBeNull()
})

test('a period goes on over the end of the year', () => {
  expect(writePeriod(later(readPeriod('2026-12')!, 1))).toBe('2027-01')
  expect(writePeriod(later(readPeriod('2026-Q1')!, -1))).toBe('2025-Q4')
  expect(writePeriod(later(readPeriod('2026')!, -1))).toBe('2025')
})

test.each([['2026-11', true], ['2026-12', false], ['2026-Q4', true], ['2027-Q1', false], ['2026', true], ['2027', false]])('whether %s has begun in November is %s', (text, begun) => {
  expect(begunIn(readPeriod(text)!, '2026-11')).toBe(begun)
})

test('turning to another kind keeps the time', () => {
  expect(writePeriod(within(readPeriod('2026-11')!, 'quarter'))).toBe('2026-Q4')
  expect(writePeriod(within(readPeriod('2026-H2')!, 'month'))).toBe('2026-07')
})

test('a day lies in its month', () => {
  expect(writePeriod(monthOf('2026-10-21'))).toBe('2026-10')
})
