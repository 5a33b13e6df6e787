/* What the pages beside cards and cases ask: saved filters, one rule, the account of a day, the state of the system. */
import type { FilterEntry, Reconciliation, RuleDocument, StatusDocument } from '../src/api.ts'
import { agencies, reference, rules } from './city.ts'
import { zoned } from './clock.ts'
import { NOW } from './stories.ts'

const saved: FilterEntry[] = [{ page: 'cards', name: '红牌未销', query: 'level=red&status=standing', saved_at: zoned(NOW) }]

export const filters = (): { items: FilterEntry[] } => ({ items: saved })
export function saveFilter(name: string, page: string, query: string): void {
  dropFilter(name, page)
  saved.push({ page, name, query, saved_at: zoned(NOW) })
}
export function dropFilter(name: string, page: string): void {
  const at = saved.findIndex((each) => each.name === name && each.page === page)
  if (at >= 0) saved.splice(at, 1)
}

export function ruleOf(id: string): RuleDocument | null {
  const rule = rules.find((each) => each.id === id)
  if (!rule) return null
  const story = [{ at: zoned('2026-03-06T10:00:00'), event: 'case.accepted', title: '受理', case: null, data: {} }]
  return {
    ...rule, version: '2026.1',
    text: `id: ${rule.id}\ntitle: ${rule.title}\nbasis: [${rule.basis.join(', ')}]\nkind: ${rule.kind}\nstart: [case.accepted]\nstop: [case.decided]\nlimit: promised`,
    examples: [
      { number: 1, name: '周末不计入承诺时限', by: zoned('2026-03-12T00:00:00'), story, expect: [{ at: zoned('2026-03-12T00:00:00'), level: rule.levels[0] ?? 'yellow', status: null }], picture: `/v1/rules/${rule.id}/examples/1.svg` },
      { number: 2, name: '届满当日办结', by: zoned('2026-03-12T00:00:00'), story: [...story, { at: zoned('2026-03-11T17:00:00'), event: 'case.decided', title: '办结', case: null, data: { result: 'granted' } }], expect: [], picture: `/v1/rules/${rule.id}/examples/2.svg` },
    ],
  }
}

export const PICTURE = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 960 120" role="img" aria-label="样例"><rect width="960" height="120" fill="#fff"/><g fill="#e8f1ec">' +
  Array.from({ length: 7 }, (_, i) => `<rect x="${24 + i * 130}" y="40" width="126" height="30"/>`).join('') + '</g></svg>'

export function accountOf(agency: string, day: string): Reconciliation {
  const sent = { receipts: 12, events: 1_204, accepted: 1_187, duplicate: 9, rejected: 8, returned_rows: 3 }
  return {
    agency, title: agencies.find(({ code }) => code === agency)?.title ?? agency, day, sent: { way: null, ...sent },
    ways: [{ way: 'http', receipts: 10, events: 1_004, accepted: 991, duplicate: 9, rejected: 4, returned_rows: 0 }, { way: 'upload', receipts: 2, events: 200, accepted: 196, duplicate: 0, rejected: 4, returned_rows: 3 }],
    direct: { received: 5, accepted: 0, rejected: 5, repeated: 0 },
    hash: '81c05d2177e23f9a', archived: 1_185, distinct: 1_185, repeated: 0, late: 14, archived_hash: '0b6e21f9c85d9041', distinct_hash: '0b6e21f9c85d9041', dead_letters: { naive_time: 5, unknown_type: 3 }, missing: 2, agrees: false,
  }
}

export const status = (): StatusDocument => ({
  now: zoned(NOW), started_at: zoned('2026-10-12T08:00:00'), version: '0.3.0',
  parts: [['clickhouse', '台账（ClickHouse）'], ['feed', '发牌流（Kafka）'], ['stages', '办牌流（Kafka）'], ['gateway', '报送（Kafka）'], ['registry', '登记库']].map(([name = '', title = '']) => ({ name, title, ready: name !== 'gateway', detail: name === 'gateway' ? '未连接' : '' })),
  feeds: [{ topic: 'cards', title: '发牌', end: 48_213, behind: 0, listeners: 41 }, { topic: 'card-stages', title: '办牌', end: 9_120, behind: 3, listeners: 41 }],
  rules: rules.length, rulebook: 'a41f0c27be935d18', versions: { ...reference.versions },
})
