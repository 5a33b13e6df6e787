import { describe, expect, it } from 'vitest'
import type { Card, CaseEvent } from '@/api'
import { csv } from '@/pages/cases/csv'
import { nextClock } from '@/pages/cases/clocks'
import { ranked } from '@/pages/cases/ranked'
import { holding, wayOf } from '@/pages/cases/steps'

describe('the way of a case', () => {
  const event = (step: string | null, type = 'step.started'): CaseEvent => ({ id: '', source: '', type, subject: '', time: '2026-10-14T10:00:00+08:00', step })

  it('tells a return as a move to a step that was left', () => {
    const way = wayOf([event('受理', 'case.accepted'), event('审查'), event('审核'), event('审查')], true, String)
    expect(way.stops.map(({ step, visits, current }) => [step, visits, current])).toEqual([['受理', 1, false], ['审查', 2, true], ['审核', 1, false]])
    expect(way.moves.find(({ from, to }) => to < from)).toMatchObject({ from: 2, to: 1, times: 1 })
  })

  it('stops at milestones that name no step, and passes by what only stops a clock', () => {
    const titles: Record<string, string> = { 'case.applied': '申请', 'case.decided': '办结（作出决定）', 'clock.suspended': '特别程序开始' }
    const way = wayOf([event(null, 'case.applied'), event(null, 'clock.suspended'), event('审查'), event(null, 'case.decided')], false, (type) => titles[type] ?? type)
    expect(way.stops.map(({ step }) => step)).toEqual(['申请', '审查', '办结'])
  })

  it('leaves out what was corrected and what was taken back', () => {
    const told = (id: string, type: string, corrects: string | null = null): CaseEvent => ({ ...event('决定', type), id, corrects })
    const events = [told('1', 'case.decided'), told('2', 'case.decided', '1'), told('3', 'step.started'), told('4', 'event.voided', '3')]
    expect(holding(events).map(({ id }) => id)).toEqual(['2'])
  })

  it('has no current step once the step is completed or the case is over', () => {
    expect(wayOf([event('审查'), event('审查', 'step.completed')], true, String).stops[0]!.current).toBe(false)
    expect(wayOf([event('审查')], false, String).stops[0]!.current).toBe(false)
  })
})

it('shows of several clocks the one past or ending first, and none that has stopped', () => {
  const clock = (due_at: string | null, state: 'running' | 'past' | 'stopped' | 'paused') => ({ rule: '', clock: 'limit' as const, limit: '', start_at: '', due_at, state, level: null })
  const past = clock('2026-10-08T00:00:00+08:00', 'past')
  expect(nextClock([clock(null, 'paused'), clock('2026-11-01T00:00:00+08:00', 'running'), past, clock('2026-09-01T00:00:00+08:00', 'stopped')])).toBe(past)
  expect(nextClock([clock('2026-09-01T00:00:00+08:00', 'stopped')])).toBeNull()
})

it('tells of the cards of a case those that stand first, and of those the highest', () => {
  const card = (status: Card['status'], level: Card['level']) => ({ status, level, violated_at: '2026-10-14T10:00:00+08:00' }) as Card
  const cards = [card('withdrawn', 'red'), card('cleared', 'red'), card('standing', 'warning'), card('standing', 'yellow')]
  expect(ranked(cards).map(({ status, level }) => `${status} ${level}`)).toEqual(['standing yellow', 'standing warning', 'cleared red', 'withdrawn red'])
})

it('writes CSV that a spreadsheet reads as text and not as formulas', () => {
  expect(csv(['甲', '乙'], [['=1+1', 'a,"b"\nc']])).toBe('\ufeff甲,乙\r\n\'=1+1,"a,""b""\nc"\r\n')
})
