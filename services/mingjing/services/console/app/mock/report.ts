/* A month's report of the fictitious city. */
import type { Efficiency, Figure, GroupLine, IndicatorLine } from '../src/api.ts'
import { agencies, versions } from './city.ts'

const count = (n: number): Figure => ({ value: n, numerator: n, denominator: null, n })
const ratio = (a: number, n: number): Figure => ({ value: Math.round((10_000 * a) / n) / 100, numerator: a, denominator: n, n })
const line = (id: string, title: string, form: IndicatorLine['form'], now: Figure, previous: Figure | null, sentence: string): IndicatorLine =>
  ({ id, title, sentence, basis: '服务承诺制', group: '时限', unit: form === 'ratio' ? '%' : '件', form, better: form === 'ratio' ? 'high' : 'none', target: null, awaits: '', now, previous, year_before: null })

const group = (key: string, title: string, place: number): GroupLine => {
  const decided = 40 + 37 * place
  const kept = decided - (place % 4)
  const few = place === 0
  return {
    key, title, rank: few ? null : place, interval: [94, 99.2],
    figures: { accepted: count(decided + 6), decided: count(decided), promise_kept: ratio(kept, decided), mean_days: { value: 4.2, numerator: 42, denominator: 10, n: 10 }, yellows: count(place % 4), reds: count(place % 2), complete: ratio(decided, decided) },
    gate: { reasons: few ? ['数据完整率 93.20%（192/206），低于 95%'] : [], balance: { carried_in: 5, taken_in: decided, closed: decided, carried_out: 5 }, idle: false, small: few },
  }
}

export const report = (period: string): Efficiency => ({
  period,
  title: `云州市 ${period} 效能报表`,
  origin: { frozen: true, revisions: { [period]: 1 }, hashes: { [period]: '9f2c41d708ba5e310000' }, counted_ms: 1_793_500_000_000, versions, definitions: 'b0f1c2d3', progress: {} },
  indicators: [
    line('accepted', '受理件数', 'count', count(7318), count(7204), '本期受理的办件。'),
    line('promise_kept', '承诺兑现率', 'ratio', ratio(7112, 7204), ratio(7090, 7200), '在承诺时限内办结的办件，占有承诺时限的办结办件。'),
    line('told_once', '一次性告知率', 'ratio', ratio(18, 19), ratio(20, 20), '只告知补正一次的受理办件，占告知过补正的受理办件。'),
    { ...line('published', '网上公开率', 'ratio', { value: null, numerator: null, denominator: null, n: 0 }, null, ''), awaits: '公开目录与发布事件' },
  ],
  balance: { carried_in: 6368, taken_in: 7318, closed: 7204, carried_out: 6482 },
  agencies: agencies.slice(0, 6).map((each, place) => group(each.code, each.title, place)).sort((a, b) => (a.rank ?? 99) - (b.rank ?? 99)),
  regions: [group('990101', '沅桥县', 3)],
  items: [group('I1', '食品经营许可', 2)],
  posts: [],
  windows: [],
  trend: [],
  members: [],
  wanted: { agency: null, item: null, post: null, region: null, window: null },
  rules: [{ rule: 'TL-04', title: '办结时限', yellow: 6, red: 2 }],
})
