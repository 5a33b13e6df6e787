import { describe, expect, it } from 'vitest'
import { countdown, dayOf, dayPoint, lastMoment, millis, stamp, weekday } from '@/time/instant'

describe('an instant', () => {
  it('is read in Shanghai whatever offset it was written with', () => {
    expect(stamp('2026-10-13T16:00:00Z')).toBe('10-14 00:00')
    expect(stamp('2026-10-14T00:00:00+08:00')).toBe('10-14 00:00')
    expect(dayOf(millis('2026-10-13T15:59:59Z'))).toBe('2026-10-13')
  })

  it('carries its year when that is not the year of the page', () => {
    expect(stamp('2025-12-31T10:00:00+08:00', '2026')).toBe('2025-12-31 10:00')
  })

  it('stands at the middle of its day at noon', () => {
    expect(dayPoint(millis('2026-10-14T12:00:00+08:00')) % 1).toBe(0.5)
  })
})

it('calls midnight after the last day 24:00 of that day', () => {
  expect(lastMoment('2026-10-09T00:00:00+08:00')).toEqual({ day: '2026-10-08', time: '24:00' })
  expect(lastMoment('2026-10-09T15:20:00+08:00')).toEqual({ day: '2026-10-09', time: '15:20' })
})

it('counts down to the second without the whole days', () => {
  expect(countdown(((9 * 24 + 8) * 3600 + 39 * 60 + 52) * 1000)).toBe('08:39:52')
  expect(countdown(-5)).toBe('00:00:00')
})

it('knows that 14 October 2026 is a Wednesday', () => {
  expect(weekday('2026-10-14')).toBe(3)
})
