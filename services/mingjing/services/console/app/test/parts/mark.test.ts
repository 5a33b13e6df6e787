import { describe, expect, it } from 'vitest'
import type { Card, LifeEntry, Standing } from '@/api'
import { markOf, stageBeside, statusOf } from '@/parts/mark'

const entry = (verb: string, round = 1): LifeEntry => ({ action_id: verb, verb, actor: 'li', role: 'supervisor', at: 0, round, stage: 'drawn', fields: {} })
const life = (stage: Standing['stage'], shown: Standing['shown'], entries: LifeEntry[], round = 1): Standing => ({ stage, round, revision: 1, shown, entries, ver: [1, 1, 1] })
const card = (more: Partial<Card>): Pick<Card, 'level' | 'issue' | 'status' | 'life'> => ({ level: 'red', issue: 'auto', status: 'standing', life: null, ...more })

describe('the level a card shows', () => {
  it('is the finding until people have decided', () => {
    expect(markOf(card({}))).toEqual({ kind: 'level', level: 'red', found: null })
    expect(markOf(card({ life: life('signed', 'red', [entry('sign')]) }))).toEqual({ kind: 'level', level: 'red', found: null })
  })

  it('is the lowered one with the finding beside it, also once the card has moved on', () => {
    expect(markOf(card({ life: life('supervised', 'warning', [entry('lower'), entry('supervise')]) }))).toEqual({ kind: 'level', level: 'warning', found: 'red' })
  })

  it('is none where the card was revoked', () => {
    expect(markOf(card({ life: life('revoked', null, [entry('revoke')]) })).kind).toBe('gone')
  })

  it('is the finding again once it opened a new round, whatever was decided on the last', () => {
    expect(markOf(card({ life: life('drawn', 'red', [entry('lower'), entry('draw', 2)], 2) }))).toEqual({ kind: 'level', level: 'red', found: null })
  })

  it('follows the stream before people have heard of a higher finding', () => {
    expect(markOf(card({ life: life('signed', 'yellow', [entry('sign')]) })).level).toBe('red')
  })

  it('is no card until it is confirmed, and a card after', () => {
    expect(markOf(card({ issue: 'confirm' })).kind).toBe('confirm')
    expect(markOf(card({ issue: 'confirm', life: life('drawn', 'red', [entry('confirm')]) })).kind).toBe('level')
  })
})

describe('the word a card stands at', () => {
  const words = (more: Partial<Card>): unknown[] => [statusOf(card(more)), stageBeside(card(more))]

  it('is not said twice of what waits to be confirmed', () => {
    expect(words({ issue: 'confirm', life: life('pending', null, []) })).toEqual(['status.confirm', null])
  })

  it('is the finding\'s once somebody confirmed it', () => {
    expect(words({ issue: 'confirm', life: life('drawn', 'red', [entry('confirm')]) })).toEqual(['status.standing', 'drawn'])
  })

  it('is people\'s where they took the card away', () => {
    expect(words({ issue: 'confirm', life: life('dismissed', null, [entry('dismiss')]) })).toEqual(['stage.dismissed', null])
    expect(words({ status: 'cleared', life: life('signed', 'red', [entry('sign')]) })).toEqual(['status.cleared', 'signed'])
  })
})
