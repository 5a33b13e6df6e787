import { describe, expect, it } from 'vitest'
import type { CaseEvent } from '@/api'
import { csv } from '@/pages/cases/csv'
import { nextClock } from '@/pages/cases/clocks'
import { wayOf } from '@/pages/cases/steps'

describe('the way of a case', () => {
  const event = (step: string | null, type = 'step.started'): CaseEvent => ({ id: '', source: '', type, subject: '', time: '2026-10-14T10:00:00+08:00', step })

  it('tells a return as a move to a step that was left', () => {
    const way = wayOf([event('受理', 'case.accepted'), event('审查'), event('审核'), event('审查')], true)
    expect(way.stops.map(({ step, visits, current }) => [step, visits, current])).toEqual([['受理', 1, false], ['审查', 2, true], ['审核', 1, false]])
    expect(way.moves.find(({ from, to }) => to < from)).toMatchObject({ from: 2, to: 1, times: 1 })
  })

  it('has no current step once the step is completed or the case is over', () => {
    expect(wayOf([event('审查'), event('审查', 'step.completed')], true).stops[0]!.current).toBe(false)
    expect(wayOf([event('审查')], false).stops[0]!.current).toBe(false)
  })
})

it('shows of several clocks the one past or ending first, and none that has stopped', () => {
  const clock = (due_at: string | null, state: 'running' | 'past' | 'stopped' | 'paused') => ({ rule: '', clock: 'limit' as const, limit: '', start_at: '', due_at, state, level: null })
  const past = clock('2026-10-08T00:00:00+08:00', 'past')
  expect(nextClock([clock(null, 'paused'), clock('2026-11-01T00:00:00+08:00', 'running'), past, clock('2026-09-01T00:00:00+08:00', 'stopped')])).toBe(past)
  expect(nextClock([clock('2026-09-01T00:00:00+08:00', 'stopped')])).toBeNull()
})

it('writes CSV that a spreadsheet reads as text and not as formulas', () => {
  expect(csv(['甲', '乙'], [['=1+1', 'a,"b"\nc']])).toBe('\ufeff甲,乙\r\n\'=1+1,"a,""b""\nc"\r\n')
})
