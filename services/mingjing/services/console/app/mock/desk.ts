/* How the city's cards stand among people, and what becomes of a step taken with several of them. */
import type { ActionAnswer, Card, CardStage, LifeEntry, Standing, UnmaskedCard, Worklist } from '../src/api.ts'
import { NOW } from './stories.ts'

const SAID: Partial<Record<CardStage, { verb: string; actor: string; role: string; fields: Record<string, string> }[]>> = {
  explained: [{ verb: 'sign', actor: 'wang', role: 'clerk', fields: {} }, { verb: 'explain', actor: 'wang', role: 'clerk', fields: { text: '申请人补交检测报告较晚，已约定 10 月 16 日复核现场。' } }],
  appealed: [{ verb: 'sign', actor: 'wang', role: 'clerk', fields: {} }, { verb: 'appeal', actor: 'wang', role: 'clerk', fields: { ground: 'data-wrong', text: '决定于届满前作出，接口当日中断，数据次日补传。' } }],
  lowered: [{ verb: 'sign', actor: 'wang', role: 'clerk', fields: {} }, { verb: 'explain', actor: 'wang', role: 'clerk', fields: { text: '系统停机半日。' } }, { verb: 'verify', actor: 'zhang', role: 'inspector', fields: {} }, { verb: 'lower', actor: 'li', role: 'supervisor', fields: { level: 'warning', reason: '停机属实' } }],
  revoked: [{ verb: 'sign', actor: 'wang', role: 'clerk', fields: {} }, { verb: 'appeal', actor: 'wang', role: 'clerk', fields: { ground: 'rule-misapplied', text: '该件适用简易程序。' } }, { verb: 'verify', actor: 'zhang', role: 'inspector', fields: {} }, { verb: 'revoke', actor: 'li', role: 'supervisor', fields: { reason: '申诉属实' } }],
  supervised: [{ verb: 'sign', actor: 'wang', role: 'clerk', fields: {} }, { verb: 'explain', actor: 'wang', role: 'clerk', fields: { text: '人手不足。' } }, { verb: 'verify', actor: 'zhang', role: 'inspector', fields: {} }, { verb: 'uphold', actor: 'zhang', role: 'inspector', fields: { reason: '理由不成立' } }, { verb: 'recommend', actor: 'li', role: 'supervisor', fields: { measure: 'criticism', person: '王**', reason: '一年内第二次' } }, { verb: 'supervise', actor: 'zhang', role: 'inspector', fields: { due: '2026-10-20', demand: '办结并说明原因' } }],
}
const AFTER: Readonly<Record<string, CardStage>> = { sign: 'signed', verify: 'verifying', supervise: 'supervised', close: 'closed' }
const ROUND: readonly CardStage[] = ['drawn', 'explained', 'drawn', 'appealed', 'drawn', 'explained', 'supervised', 'drawn', 'lowered', 'drawn', 'revoked', 'explained']
const HOUR_US = 3_600_000_000
const now = (Date.parse(`${NOW}Z`) - 8 * 3_600_000) * 1000

const lives = new Map<string, Standing>()

/** The n-th card's life; what is to be confirmed waits for that. */
export function lifeOf(card: Card, n: number): Standing {
  const known = lives.get(card.card_id)
  if (known) return known
  const stage: CardStage = card.issue === 'confirm' ? 'pending' : card.status === 'withdrawn' ? 'drawn' : ROUND[n % ROUND.length] ?? 'drawn'
  const steps = SAID[stage] ?? []
  const entry = (verb: string, actor: string, role: string, at: number, to: CardStage, fields: Record<string, string>): LifeEntry => ({ action_id: `${card.card_id}.${verb}`, verb, actor, role, at, round: 1, stage: to, fields })
  const entries = [entry('draw', 'engine', 'engine', Date.parse(card.issued_at) * 1000, card.issue === 'confirm' ? 'pending' : 'drawn', {}), ...steps.map(({ verb, actor, role, fields }, i) => entry(verb, actor, role, now - (steps.length - i) * (n + 3) * HOUR_US, stage, fields))]
  const shown = stage === 'lowered' ? 'warning' : stage === 'revoked' || card.status === 'withdrawn' ? null : card.level
  const life: Standing = { stage, round: 1, revision: entries.length, shown, entries, ver: card.ver }
  lives.set(card.card_id, life)
  return life
}

export function worklistOf(cards: readonly Card[]): Worklist {
  const stages: Partial<Record<CardStage, number>> = {}
  for (const { life } of cards) if (life) stages[life.stage] = (stages[life.stage] ?? 0) + 1
  return {
    stages,
    mine: ['pending', 'explained', 'appealed', 'verifying', 'upheld', 'lowered', 'rectified'],
    shared: [
      { verb: 'verify', title: '核查', english: 'Verify', from_stages: ['appealed', 'explained'], fields: [{ name: 'note', title: '核查安排', type: 'text', required: false, choices: {} }] },
      { verb: 'supervise', title: '督办', english: 'Supervise', from_stages: ['lowered', 'upheld'], fields: [{ name: 'due', title: '整改期限', type: 'date', required: true, choices: {} }, { name: 'demand', title: '整改要求', type: 'text', required: true, choices: {} }] },
      { verb: 'close', title: '销号', english: 'Close', from_stages: ['lowered', 'rectified', 'upheld'], fields: [{ name: 'conclusion', title: '销号意见', type: 'text', required: true, choices: {} }] },
    ],
  }
}

/** Takes each step, but refuses it for appealed cards: somebody else has just taken them on. */
export function actOn(cards: readonly Card[], actions: readonly { card_id: string; verb: string }[]): { results: ActionAnswer[] } {
  return {
    results: actions.map(({ card_id, verb }): ActionAnswer => {
      const life = cards.find((card) => card.card_id === card_id)?.life
      const state = !life || life.stage === 'appealed' ? 'refused' : 'accepted'
      if (life && state === 'accepted') Object.assign(life, { stage: AFTER[verb] ?? life.stage, revision: life.revision + 1 })
      return { action_id: `${card_id}.${'0'.repeat(32)}`, card_id, state, stage: life?.stage ?? null, revision: life?.revision ?? null, code: state === 'refused' ? 'stale' : null, field: null, message: state === 'refused' ? '郑* 刚刚已办理此牌，请刷新后再办' : null }
    }),
  }
}

/** Who is held to account in the steps on a card, whose name everywhere else is masked. */
export const unmaskedCard = (cards: readonly Card[], id: string): UnmaskedCard => {
  const entries = cards.find(({ card_id }) => card_id === id)?.life?.entries ?? []
  return { card_id: id, entries: entries.filter(({ fields }) => fields.person).map(({ action_id, verb }) => ({ action_id, verb, fields: { person: '王建国' } })) }
}
