import { describe, expect, it } from 'vitest'
import type { Clock, Reference } from '@/api'
import { columnOf, columnsOf, itemsOf, membersOf } from '@/pages/projects/board'

type Item = Reference['items'][number]
const item = (code: string, more: Partial<Item> = {}): Item => ({ code, title: code, agency: null, promised: null, statutory: null, stage: null, green: false, members: [], ...more })
const clock = (key: string, state: Clock['state'], rule = 'JNT-02'): Clock => ({
  rule, title: '', clock: 'limit', key, limit: '3wd', count: 'end-of-day', start_at: '2026-03-06T09:00:00+08:00', due_at: null, due_on: null, state, finish_at: null, days_used: 0, days_left: 0, pauses: [], ribbon: [],
})
const plain = item('shop')
const works = item('works', { stage: 'works', members: ['fire', 'water'] })
const permit = item('permit', { stage: 'construction', green: true })
const firm = item('firm', { members: ['health'] })
const all = [plain, permit, works, firm]

describe('the board of projects', () => {
  it('holds what has a stage, comes by the green channel or is reviewed jointly', () => expect(itemsOf(all, 'all')).toEqual([permit, works, firm]))
  it('holds only what is asked for', () => expect([itemsOf(all, 'green'), itemsOf(all, 'joint'), itemsOf(all, 'stage')]).toEqual([[permit], [works, firm], [permit, works]]))
  it('has a column for each stage that there is, in the order of the stages, and one for the rest', () => expect(columnsOf(itemsOf(all, 'all'))).toEqual(['works', 'construction', 'joint']))
  it('puts a joint review outside of construction into the last column', () => expect(columnOf(firm)).toBe('joint'))
})

describe('the members of a joint review', () => {
  it('are those of the catalogue, asked or not', () => expect(membersOf(works, [clock('fire', 'running')]).map(({ code, clock: own }) => [code, own?.state ?? null])).toEqual([['fire', 'running'], ['water', null]]))
  it('are also those asked beside the catalogue', () => expect(membersOf(works, [clock('police', 'stopped')]).map(({ code }) => code)).toContain('police'))
  it('come with who is late first', () => expect(membersOf(works, [clock('fire', 'stopped'), clock('water', 'past')]).map(({ code }) => code)).toEqual(['water', 'fire']))
  it('are not the intermediaries, whose clocks have keys too', () => expect(membersOf(firm, [clock('drawings', 'running', 'TL-06-ZJ')]).map(({ code }) => code)).toEqual(['health']))
})
