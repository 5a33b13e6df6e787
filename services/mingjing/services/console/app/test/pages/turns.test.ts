import { describe, expect, it } from 'vitest'
import type { Card, LifeEntry } from '@/api'
import { stepOf } from '@/pages/cards/say'
import { turnsOf } from '@/pages/cards/turns'

const AT = '2026-10-14T09:00:00+08:00'
const revision = (number: number, more: Partial<Card>): Card => ({ revision: number, level: 'yellow', status: 'standing', issue: 'confirm', issued_at: AT, violated_at: AT, cleared_at: null, ...more }) as Card
const said = (...history: Card[]): string[] => turnsOf(history).map((turn) => turn.said)

describe('the course of a card', () => {
  it('tells once what a later reckoning left as it was, and counts how often', () => {
    const turns = turnsOf([revision(3, {}), revision(1, {}), revision(2, {})])
    expect(turns.map(({ said, again }) => [said, again])).toEqual([['发现一处，待核实', 2]])
  })

  it('says what a finding rose to while it waited, and when it no longer had to', () => {
    expect(said(revision(1, {}), revision(2, { level: 'red' }), revision(3, { level: 'red', issue: 'auto' }))).toEqual(['发现一处，待核实', '变为红牌一级，仍待核实', '变为红牌，自动'])
  })

  it('tells what stood, was taken back and stands again as three turns', () => {
    expect(turnsOf([revision(1, { issue: 'auto' }), revision(2, { issue: 'auto', status: 'withdrawn' }), revision(3, { issue: 'auto' })]).map(({ at, standing }) => [at === null, standing])).toEqual([[false, true], [true, false], [false, true]])
  })
})

describe('a step of people', () => {
  const entry = (more: Partial<LifeEntry>): LifeEntry => ({ action_id: 'a', verb: 'draw', actor: 'engine', role: 'engine', at: 0, round: 1, stage: 'pending', fields: {}, level: 'yellow', ...more })

  it('that opened another round is not told in the words of the first', () => {
    expect([entry({}), entry({ round: 2, level: 'red' })].map(stepOf)).toEqual(['发现一处，待核实', '现为红牌一级，重新待核实'])
  })

  it('that drew a card after an exemption was drawn, however the finding began', () => {
    expect(stepOf(entry({ round: 2, stage: 'drawn' }))).toBe('发牌')
  })
})
