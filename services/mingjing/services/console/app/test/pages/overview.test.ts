import { describe, expect, it } from 'vitest'
import type { AgencyRow, TrendDay } from '@/api'
import { feedsOf } from '@/pages/overview/feeds'
import { branchesOf, tiersOf } from '@/pages/overview/rollup'
import { holidaysOf, monthSoFar, scale, stackOf } from '@/pages/overview/trend'

const day = (date: string, kind: TrendDay['kind'], name: string | null = null): TrendDay => ({ date, kind, name, warning: 1, yellow: 0, red: 2 })

describe('the trend', () => {
  it('stacks levels from the ground and leaves out those without a card', () => {
    expect(stackOf(day('2026-10-14', 'work'))).toEqual([{ series: 'warning', from: 0, to: 1, n: 1 }, { series: 'red', from: 1, to: 3, n: 2 }])
  })

  it.each([[1, 1], [9, 10], [27, 30], [39, 40], [101, 150], [0, 1]])('holds %i under a round top of %i', (most, top) => {
    expect(scale(most).top).toBe(top)
  })

  it('joins the days of one holiday', () => {
    const days = [day('2026-09-30', 'work'), day('2026-10-01', 'holiday', '国庆节'), day('2026-10-02', 'holiday', '国庆节'), day('2026-10-03', 'work')]
    expect(holidaysOf(days)).toEqual([{ name: '国庆节', from: '2026-10-01', to: '2026-10-02', first: 1, last: 2 }])
  })

  it('numbers today in its month only when it knows the month from its first day', () => {
    const days = [day('2026-10-01', 'holiday', '国庆节'), day('2026-10-08', 'work'), day('2026-10-10', 'makeup')]
    expect(monthSoFar(days, '2026-10-10')).toMatchObject({ workdays: 2, madeUp: ['2026-10-10'] })
    expect(monthSoFar(days.slice(1), '2026-10-10')).toBeNull()
  })
})

describe('the five tiers', () => {
  const row = (agency: string, region: string, open: number): AgencyRow => ({ agency, title: agency, region, open, warning: 0, yellow: 0, red: 0, decided: 0, on_time: 0, last_event_at: null })
  const regions = [['330000000000', '省'], ['330100000000', '市'], ['330102000000', '县'], ['330106000000', '县'], ['330182000000', '县']].map(([code, tier]) => ({ code: code!, tier: tier!, title: code! }))
  const agencies = [row('水务', '330100000000', 5), row('市监', '330102000000', 3), row('消防', '330106000000', 2)]

  it('sum each region with all that lies in it, from the smallest that holds all', () => {
    expect(tiersOf(agencies, regions).map(({ code, own, open, depth }) => [code.slice(0, 6), own, open, depth])).toEqual([
      ['330100', false, 10, 0], ['330100', true, 5, 1], ['330102', false, 3, 1], ['330106', false, 2, 1],
    ])
  })

  it('leave out a region that holds no agency', () => {
    expect(tiersOf(agencies, regions).some(({ code }) => code.startsWith('330182'))).toBe(false)
  })

  it('are compared where they stand beside each other and together are all', () => {
    expect(branchesOf(tiersOf(agencies, regions), 6).map(({ open }) => open)).toEqual([5, 3, 2])
    expect(branchesOf(tiersOf(agencies, regions), 2).map(({ open }) => open)).toEqual([10])
  })
})

describe('the sources', () => {
  const feed = (source: string, last: string | null, dead = 0) => ({ source, agency: null, title: source, last_event_at: last, events: 1, dead_letters: dead })
  const days = [day('2026-10-09', 'work'), day('2026-10-10', 'weekend'), day('2026-10-11', 'weekend'), day('2026-10-12', 'work'), day('2026-10-13', 'work')]
  const now = Date.parse('2026-10-13T09:00:00+08:00')

  it('come silent ones first, then those with refusals, in each the longest unheard first', () => {
    const rows = [feed('好', '2026-10-13T08:59:00+08:00'), feed('久', '2026-10-12T15:20:00+08:00'), feed('退', '2026-10-13T08:00:00+08:00', 1), feed('静', '2026-10-09T12:00:00+08:00'), feed('无', null)]
    expect(feedsOf(rows, now, days).map(({ source, state }) => source + state)).toEqual(['无silent', '静silent', '退refused', '久fine', '好fine'])
  })

  it('are silent only after a whole working day without a word, never for a night or a weekend', () => {
    const friday = [feed('周五', '2026-10-09T17:00:00+08:00')]
    const at = (instant: string) => feedsOf(friday, Date.parse(instant), days)[0]!.state
    expect([at('2026-10-10T08:00:00+08:00'), at('2026-10-12T09:00:00+08:00'), at('2026-10-13T00:00:00+08:00')]).toEqual(['fine', 'fine', 'silent'])
  })

  it('are never taken for silent while the hour is unknown', () => {
    expect(feedsOf([feed('静', '2026-09-01T12:00:00+08:00')], null, days)[0]!.state).toBe('fine')
  })
})
