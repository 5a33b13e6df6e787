/* Two enterprises of the city: one hangs out the plate of a monitoring point and is inspected a good deal, the other applied once. */
import type { Card, CaseFacts, EnterpriseDocument, EnterpriseEntry, RunningClock } from '../src/api.ts'
import { agency } from './city.ts'
import { held } from './cases.ts'
import { zoned } from './clock.ts'

export const POINT = '91330106MA2HXQP34K'
const OTHER = '91330102MA2JWRT08C'

type Told = readonly [no: string, by: string, type: string, state: CaseFacts['state'], from: string, to: string | null, answered?: RunningClock['state'], due?: string]
const TOLD: readonly Told[] = [
  ['JC-0912', '澄湖区市场监管局', 'insp.noticed', 'delivered', '2026-09-03T09:30:00', '2026-09-04T16:00:00'],
  ['JC-0968', '澄湖区消防救援大队', 'insp.finished', 'decided', '2026-09-18T10:00:00', '2026-09-18T15:40:00'],
  ['JC-1003', '澄湖区市场监管局', 'insp.checked_in', 'accepted', '2026-10-13T09:10:00', null],
  ['CF-0071', '澄湖区市场监管局', 'pun.decided', 'decided', '2026-09-08T10:00:00', '2026-09-29T17:00:00'],
  ['FY-0033', '澄湖区市场监管局', 'cmp.closed', 'decided', '2026-09-10T14:00:00', '2026-09-12T11:00:00', 'stopped', '2026-09-14T00:00:00'],
  ['FY-0036', '澄湖区消防救援大队', 'cmp.closed', 'decided', '2026-09-21T09:00:00', '2026-09-27T10:00:00', 'stopped', '2026-09-25T00:00:00'],
  ['FY-0041', '澄湖区市场监管局', 'cmp.accepted', 'accepted', '2026-10-13T15:00:00', null, 'running', '2026-10-17T00:00:00'],
]

const facts = TOLD.map(([no, by, type, state, from, to, answered, due], n): CaseFacts => {
  const { code, region } = agency(by)
  return {
    case_key: `${code}/${no}`, subject: no, item: null, item_title: null, agency: code, region, applied_at: type.startsWith('cmp') ? zoned(from) : null, accepted_at: zoned(from),
    decided_at: to && zoned(to), delivered_at: null, last_event_at: zoned(to ?? from), last_event_type: type, state, events: 2 + (n % 3), ver: [500 + n, 1, 1],
    clocks: answered && due ? [{ rule: 'CMP-03', clock: 'limit', limit: '3cd', start_at: zoned(from), due_at: zoned(due), state: answered, level: null }] : [],
  }
})
const applied = held.find(({ cards }) => cards.length > 0)
const one = held.find(({ facts: { state } }) => state === 'accepted')

export const casesOf = (code: string): CaseFacts[] =>
  code === POINT ? [...facts, ...(applied ? [applied.facts] : [])].sort((a, b) => (b.last_event_at ?? '').localeCompare(a.last_event_at ?? '')) : code === OTHER && one ? [one.facts] : []

export function cardsOf(code: string, cards: readonly Card[]): Card[] {
  const late = facts.find(({ subject }) => subject === 'FY-0036')
  const near = cards.find(({ rule }) => rule === 'TL-04')
  const own = cards.filter(({ case_key: key }) => casesOf(code).some((each) => each.case_key === key))
  if (code !== POINT || !late || !near) return own
  const drawn: Card = { ...near, card_id: 'e'.repeat(32), case_key: late.case_key, rule: 'CMP-03', rung: 'CMP-03', title: '监测点反映三日未回复', level: 'yellow', status: 'cleared', item: null, item_title: null, agency: late.agency, region: late.region, violated_at: zoned('2026-09-25T00:00:00'), issued_at: zoned('2026-09-25T00:00:01'), cleared_at: zoned('2026-09-27T10:00:00'), life: null }
  return [drawn, ...own]
}

const entry = (code: string): EnterpriseEntry => {
  const cases = casesOf(code)
  const of = (family: string): CaseFacts[] => cases.filter(({ last_event_type: type }) => type?.startsWith(family))
  const at = cases.flatMap(({ accepted_at: from }) => (from ? [from] : [])).sort()
  const point = code === POINT
  return {
    enterprise: code, title: point ? '澄湖区青禾食品有限公司' : null, cases: cases.length, open: cases.filter(({ decided_at: to }) => !to).length, inspections: of('insp').length, inspectors: new Set(of('insp').map(({ agency: by }) => by)).size,
    penalties: of('pun').length, complaints: of('cmp').length, reflections: point ? 3 : 0, answered: point ? 1 : 0, unanswered: point ? 1 : 0, first_at: at[0] ?? null, last_at: cases[0]?.last_event_at ?? null,
  }
}

export const enterprises = (monitoring: boolean, q: string): EnterpriseEntry[] => [POINT, OTHER].map(entry).filter((each) => (!monitoring || each.reflections > 0) && (each.enterprise.startsWith(q.toUpperCase()) || !!each.title?.includes(q)))

export function enterpriseOf(code: string): EnterpriseDocument | null {
  const cases = casesOf(code)
  if (cases.length === 0) return null
  const agencies = [...new Set(cases.flatMap(({ agency: by }) => (by ? [by] : [])))].map((by) => {
    const own = cases.filter((each) => each.agency === by)
    return { agency: by, cases: own.length, inspections: own.filter(({ last_event_type: type }) => type?.startsWith('insp')).length, penalties: own.filter(({ last_event_type: type }) => type?.startsWith('pun')).length, last_at: own[0]?.last_event_at ?? null }
  })
  return { enterprise: entry(code), agencies: agencies.sort((a, b) => b.inspections - a.inspections) }
}
