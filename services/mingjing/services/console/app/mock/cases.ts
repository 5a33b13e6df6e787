/* From stories to what the API would answer of them. */
import type { Card, CaseEvent, CaseFacts, CaseFile, Clock, Level } from '../src/api.ts'
import { next, workdayAfter, works } from './calendar.ts'
import { agencies, item, rule, versions } from './city.ts'
import { clocksOf, sentencesOf, zoned } from './clock.ts'
import { NOW, stories, type Extra, type Story, type Told } from './stories.ts'

export interface Held { facts: CaseFacts; events: CaseEvent[]; clocks: Clock[]; cards: Card[]; histories: Map<string, Card[]> }

const hash = (text: string): string => {
  let h = 0x811c9dc5
  for (const letter of text) h = Math.imul(h ^ letter.charCodeAt(0), 0x01000193)
  return (h >>> 0).toString(16).padStart(8, '0').repeat(4)
}
const later = (wall: string, seconds: number): string => new Date(Date.parse(`${wall}Z`) + seconds * 1000).toISOString().slice(0, 19)
const STEPS = ['受理', '审查', '审核', '决定'] as const

let offset = 100_000

export function hold(told: Story): Held {
  const what = item(told.item)
  const agency = agencies.find(({ code }) => code === what.agency) ?? agencies[0]!
  const key = `${agency.code}/${agency.code}000117051${told.no}`
  const source = `urn:yunzhou:${agency.code.slice(-4)}`
  const events = (told.told.length > 0 ? told.told : usual(told)).map((each, i): CaseEvent => ({
    id: hash(key + String(i)).slice(0, 16), source, type: each.type, subject: key.split('/')[1] ?? '', time: zoned(each.at), ingestedtime: zoned(later(each.at, each.late ?? 1 + (i % 3))),
    officer: each.officer ?? null, post: each.step ? `${each.step}岗` : null, step: each.step ?? null, data: each.data ?? {},
  }))
  const clocks = [
    ...clocksOf({ rule: 'TL-04', title: '办结时限', start: told.accepted, limits: what, stops: told.stops, finish: told.decided ?? null, now: NOW }),
    ...(told.decided ? clocksOf({ rule: 'DLV-01', title: '送达超过十日', start: told.decided, limits: { limit: 10 }, stops: [], finish: null, now: NOW }) : []),
    ...told.asked.flatMap(({ member, sent, days, answered }) =>
      clocksOf({ rule: 'JNT-02', key: agencies.find(({ title }) => title === member)?.code ?? '', title: '成员单位逾期未反馈', start: sent, limits: { limit: days }, stops: [], finish: answered ?? null, now: NOW })),
  ]
  const common = { case_key: key, item: what.code, item_title: what.title, agency: agency.code, region: agency.region, step: events.findLast(({ step }) => step)?.step ?? null, officer: hash(agency.code), post: events.findLast(({ post }) => post)?.post ?? null }
  const evidence = events.filter(({ type }) => type === 'case.accepted' || type.startsWith('clock.')).map(({ id, source: from, type, time }) => ({ id, source: from, type, at: time }))
  const histories = new Map<string, Card[]>()
  const cards: Card[] = []

  const issue = (id: string, states: { level: Level; at: string; due: string | null; status: Card['status']; cleared?: string | null; explain: Card['explain']; rung: string }[]): void => {
    const about = rule(id)
    const history = states.map((state, i): Card => ({
      card_id: hash(`${key}\0${id}`), ...common, rule: id, rung: state.rung, title: about.title, occurrence: '-', level: state.level, status: state.status, issue: about.issue,
      violated_at: zoned(state.at), due_at: state.due, cleared_at: state.cleared ? zoned(state.cleared) : null, issued_at: zoned(later(states[0]?.at ?? state.at, 1)),
      evidence, explain: state.explain, basis: about.basis, versions: { pack: `${about.pack}@2026.1`, ...versions }, digest: hash(id + state.at), traceparent: null, revision: i + 1, ver: [(offset += 1), 1, i + 1],
    }))
    const last = history.at(-1)
    if (!last) return
    cards.push(last)
    histories.set(last.card_id, history)
  }

  const ladder = rungs(told, clocks)
  if (ladder.length > 0) issue('TL-04', ladder)
  for (const extra of told.extras) issue(extra.rule, statesOf(extra))
  cards.sort((a, b) => b.issued_at.localeCompare(a.issued_at))
  const standing = cards.find(({ status, rule: id }) => status === 'standing' && id === 'TL-04')
  const last = events.at(-1)
  const facts: CaseFacts = {
    case_key: key, subject: key.split('/')[1] ?? '', item: what.code, item_title: what.title, agency: agency.code, region: agency.region,
    applied_at: events.find(({ type }) => type === 'case.applied')?.time ?? null, accepted_at: zoned(told.accepted), decided_at: told.decided ? zoned(told.decided) : null, delivered_at: null,
    last_event_at: last?.time ?? null, last_event_type: last?.type ?? null, state: told.decided ? 'decided' : told.stops.some(({ end }) => end === null) ? 'suspended' : 'accepted',
    clocks: clocks.map(({ rule: id, clock, limit, start_at, due_at, state }) => ({ rule: id, clock, limit, start_at, due_at, state, level: id === 'TL-04' ? standing?.level ?? null : null })),
    events: events.length, ver: [offset, 1, 1],
  }
  return { facts, events, clocks, cards, histories }
}

function usual(told: Story): Told[] {
  const begin = told.accepted.slice(0, 10)
  const end = (told.decided ?? NOW).slice(0, 10)
  const middle = [1, 3].map((n, i) => ({ at: `${workdayAfter(begin, n)}T0${9 + i === 10 ? 9 : 9 + i}:2${i}:05`, type: 'step.started', step: STEPS[i + 1] ?? '审查', officer: i === 0 ? '81c0…陈' : '5d21…郑' })).filter(({ at }) => at.slice(0, 10) < end)
  const stops = told.stops.flatMap(({ begin: from, end: to, cap, reason }): Told[] => [
    { at: from, type: 'clock.suspended', step: '审查', officer: '81c0…陈', data: { reason, ...(cap ? { days: cap } : {}) } },
    ...(to ? [{ at: to, type: 'clock.resumed', step: '审查', officer: '81c0…陈' }] : []),
  ])
  return [
    { at: later(told.accepted, -5400), type: 'case.applied', data: { channel: 'window' } },
    { at: told.accepted, type: 'case.accepted', step: '受理', officer: '3f9a…周', data: { channel: 'centre' } },
    ...[...middle, ...stops].sort((a, b) => a.at.localeCompare(b.at)),
    ...(told.decided ? [{ at: told.decided, type: 'case.decided', step: '决定', officer: '77e2…李', late: told.withdrawn ? 75_600 : 2, data: { result: 'granted' } }] : []),
  ]
}

function rungs(told: Story, clocks: readonly Clock[]) {
  const promised = clocks.find(({ rule: id, clock }) => id === 'TL-04' && clock === 'promised')
  const statutory = clocks.find(({ rule: id, clock }) => id === 'TL-04' && clock === 'statutory')
  if (!promised?.due_on || !statutory?.due_on) return []
  let near = promised.due_on
  for (let left = 2; left > 0 && near > told.accepted.slice(0, 10);) if (works((near = next(near, -1)))) left -= 1
  const until = told.decided ?? NOW
  const steps = [
    { level: 'warning' as const, at: near <= told.accepted.slice(0, 10) ? told.accepted : `${next(near)}T00:00:00`, clock: promised, rung: 'TL-03', said: '尚未办结。' },
    { level: 'yellow' as const, at: `${next(promised.due_on)}T00:00:00`, clock: promised, rung: 'TL-04', said: '届满时未办结，发黄牌。' },
    { level: 'red' as const, at: `${next(statutory.due_on)}T00:00:00`, clock: statutory, rung: 'TL-05', said: '届满时未办结，发红牌。' },
  ].filter(({ at }) => at <= until)
  const states = steps.map(({ level, at, clock, rung, said }) => ({ level, at, due: clock.due_at, status: 'standing' as Card['status'], rung, explain: { kind: 'time-limit', clock: clock.clock as 'promised' | 'statutory', over: 0, sentences: sentencesOf(clock, said) } }))
  const last = states.at(-1)
  if (told.withdrawn) {
    const at = `${next(promised.due_on)}T00:00:00`
    return [{ level: 'yellow' as const, at, due: promised.due_at, status: 'standing' as Card['status'], rung: 'TL-04', explain: { kind: 'time-limit', clock: 'promised' as const, over: 0, sentences: sentencesOf(promised, '届满时未办结，发黄牌。') } },
      { level: 'yellow' as const, at, due: promised.due_at, status: 'withdrawn' as Card['status'], rung: 'TL-04', explain: { kind: 'withdrawn', sentences: { zh: ['迟到或更正的数据表明，该情形当时不成立，本牌自动撤回，不计入考核。'], en: ['Late or corrected data show that this never held; withdrawn by the system and not counted.'] } } }]
  }
  if (!last || !told.decided) return states
  const over = Math.max(0, -(promised.days_left ?? 0))
  return [...states, { ...last, status: 'cleared' as Card['status'], cleared: told.decided, explain: { ...last.explain, over } }]
}

function statesOf(extra: Extra) {
  const drawn = { level: extra.level, at: extra.at, due: null, status: 'standing' as Card['status'], rung: extra.rule, explain: { kind: rule(extra.rule).kind === 'time-limit' ? 'pause' : rule(extra.rule).kind, sentences: { zh: [extra.said], en: [extra.said] } } }
  return extra.status === 'cleared' ? [drawn, { ...drawn, status: 'cleared' as Card['status'], cleared: extra.clearedAt ?? extra.at }] : [drawn]
}

export const held: readonly Held[] = stories.map(hold)

export function fileOf(key: string): CaseFile | null {
  const found = held.find(({ facts }) => facts.case_key === key)
  if (!found) return null
  return { case: found.facts, events: found.events, cards: found.cards, review: { state: found.facts.state, clocks: found.clocks, findings: [] }, now: zoned(NOW), feed: 'c0', archived: Number.MAX_SAFE_INTEGER }
}

/** Returns how a case stands after one more step, and how to have the tables know of it. */
export function goneOn(key: string): { facts: CaseFacts; archive: () => void } | null {
  const found = held.find(({ facts }) => facts.case_key === key)
  if (!found) return null
  const event: CaseEvent = { id: `more-${found.events.length}`, source: 'urn:mock', type: 'step.started', subject: found.facts.subject, time: zoned(NOW), ingestedtime: zoned(NOW), step: '复核', officer: null, data: {} }
  const [offset, generation, revision] = found.facts.ver
  const facts: CaseFacts = { ...found.facts, events: found.events.length + 1, last_event_at: event.time, last_event_type: event.type, ver: [offset + 1, generation, revision] }
  return { facts, archive: () => { found.events.push(event); found.facts = facts } }
}
