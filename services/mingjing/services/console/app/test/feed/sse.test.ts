import { describe, expect, it } from 'vitest'
import { patience } from '@/feed/follow'
import { frameReader } from '@/feed/sse'

const whole = 'event: card\nid: v7\ndata: {"a":\ndata: 1}\n\n: keep-alive\n\nevent: resync\n\n'
const frames = [{ event: 'card', id: 'v7', data: '{"a":\n1}' }, { event: 'resync', id: null, data: '' }]

describe('an event stream', () => {
  it('is read the same in one piece and letter by letter', () => {
    const slow = frameReader()
    expect(frameReader()(whole)).toEqual(frames)
    expect([...whole].flatMap(slow)).toEqual(frames)
  })

  it('may end its lines in CRLF, cut between the two', () => {
    const read = frameReader()
    expect([...read('data: x\r'), ...read('\n\r'), ...read('\n')]).toEqual([{ event: 'message', id: null, data: 'x' }])
  })

  it('gives nothing for comments, which only show that the line lives', () => {
    expect(frameReader()(': keep-alive\n\n')).toEqual([])
  })
})

it('waits twice as long after each failure, but never longer than the ceiling and its spread', () => {
  expect([1, 2, 3].map((n) => patience(n, 0))).toEqual([500, 1000, 2000])
  expect(patience(30, 0.999)).toBeLessThan(22_500)
})
