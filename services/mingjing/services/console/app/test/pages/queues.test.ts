import { expect, it } from 'vitest'
import type { Worklist } from '@/api'
import { firstOf } from '@/pages/desk/queues'

const list = (stages: Worklist['stages'], mine: Worklist['mine']): Worklist => ({ stages, mine, shared: [] })

it('opens appeals where there are any', () => {
  expect(firstOf(list({ pending: 9, appealed: 1 }, ['pending', 'appealed'])).name).toBe('appeal')
})

it('opens what waits for the reader where there is no appeal', () => {
  expect(firstOf(list({ drawn: 5, explained: 2 }, ['explained'])).name).toBe('explained')
})

it('opens what waits at all where nothing waits for the reader', () => {
  expect(firstOf(list({ drawn: 5 }, ['explained'])).name).toBe('sign')
})

it('opens appeals before anything is known', () => {
  expect(firstOf(null).name).toBe('appeal')
})
