import { describe, expect, it } from 'vitest'
import type { Card, LifeEntry } from '@/api'
import { decisionsOf, isAdmonition } from '@/pages/officers/file'

const entry = (at: number, fields: Record<string, string>): LifeEntry => ({ verb: 'recommend', actor: 'li', role: 'supervisor', at, fields, stage: 'drawn', round: 1, action_id: '' } as unknown as LifeEntry)
const card = (rule: string, ...entries: LifeEntry[]): Card => ({ card_id: rule, rule, life: { entries } } as unknown as Card)

describe('the file of an officer', () => {
  it('tells proposals to admonish from other cards', () => expect([card('ACT-02'), card('TL-04')].map(isAdmonition)).toEqual([true, false]))
  it('tells what was decided, the latest first, and no other step', () =>
    expect(decisionsOf([card('A', entry(1, { measure: 'admonish' }), entry(3, { reason: '' })), card('B', entry(2, { measure: 'notice' }))]).map(({ entry: { at } }) => at)).toEqual([2, 1]))
})
