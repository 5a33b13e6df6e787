/* A month's report of the fictitious city. */
import type { Assessment, AssessmentPoints, AssessmentResult, Efficiency, Figure, FrozenMonth, GroupLine, IndicatorLine, MonthChanges, Origin, ReportStart } from '../src/api.ts'
import { agencies, reference, rules, versions } from './city.ts'

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

const originOf = (period: string): Origin =>
  ({ frozen: true, revisions: { [period]: 2 }, hashes: { [period]: '9f2c41d708ba5e310000' }, counted_ms: 1_793_500_000_000, versions, definitions: 'b0f1c2d3', progress: {} })

/** The newest frozen month, and the one whose figures still grow. */
export const start: ReportStart = { month: '2026-09', revision: 2, present: '2026-10', latest: '2026-11' }
export const months = (): { items: FrozenMonth[] } => ({
  items: [
    { month: '2026-09', revision: 1, frozen_ms: 1_791_200_000_000, hash: '40c1', reason: '', changes: 0, cases: 7318 },
    { month: '2026-09', revision: 2, frozen_ms: 1_791_600_000_000, hash: '9f2c', reason: '冻结之后到达的事件改变了本月数字', changes: 1, cases: 7319 },
  ],
})
export const changes: MonthChanges = {
  month: '2026-09', revision: 2, frozen_ms: 1_791_600_000_000, reason: '冻结之后到达的事件改变了本月数字', total: 1,
  items: [{ agency: agencies[1]!.code, region: agencies[1]!.region, measure: 'decided', title: '办结', bucket: '', before: 77, after: 78 }],
}

/** A period as a report is headed by it; see Period.heading of the reports. */
const heading = (period: string): string => {
  const [year, part] = period.split('-')
  if (!part) return `${year} 年（年底总评）`
  if (part.startsWith('Q')) return `${year} 年第${'一二三四'[Number(part[1]) - 1]}季度`
  if (part.startsWith('H')) return `${year} 年${part === 'H1' ? '上半年（年中初审）' : '下半年'}`
  return `${year} 年 ${Number(part)} 月`
}

export const report = (period: string): Efficiency => ({
  period,
  title: `云州市 ${heading(period)}效能报表`,
  origin: originOf(period),
  indicators: [
    line('accepted', '受理件数', 'count', count(7318), count(7204), '本期受理的办件。'),
    line('promise_kept', '承诺兑现率', 'ratio', ratio(7112, 7204), ratio(7090, 7200), '在承诺时限内办结的办件，占有承诺时限的办结办件。'),
    line('told_once', '一次性告知率', 'ratio', ratio(18, 19), ratio(20, 20), '只告知补正一次的受理办件，占告知过补正的受理办件。'),
    { ...line('published', '网上公开率', 'ratio', { value: null, numerator: null, denominator: null, n: 0 }, null, ''), awaits: '公开目录与发布事件' },
  ],
  mechanisms: [
    { ...line('press_held', '新闻发布次数', 'count', count(2), count(1), '本期举行的新闻发布。'), group: '制度开展情况', unit: '次', mechanism: 36, parts: [] },
    { ...line('visits', '明察暗访次数', 'split', count(3), null, '本期的明察暗访，按方式分列。'), group: '制度开展情况', unit: '次', mechanism: 55, parts: [{ key: 'covert', title: '暗访', count: 2 }, { key: 'phone', title: '电话暗访', count: 1 }] },
    { ...line('study_days', '调研天数', 'sum', { value: 7.5, numerator: null, denominator: null, n: 3 }, null, '本期领导班子调研天数合计。'), group: '制度开展情况', unit: '天', mechanism: 68, parts: [] },
    { ...line('reviews', '评议次数', 'count', { value: null, numerator: null, denominator: null, n: 0 }, null, ''), awaits: '该月冻结时尚无此口径', mechanism: 54, parts: [] },
    { ...line('audits_public', '审计公开率', 'ratio', { value: null, numerator: 0, denominator: 0, n: 0 }, null, '结果已公开的审计，占本期完成的审计。'), group: '制度开展情况', mechanism: 70, parts: [] },
  ],
  balance: { carried_in: 6368, taken_in: 7318, closed: 7204, carried_out: 6482 },
  agencies: agencies.slice(0, 6).map((each, place) => group(each.code, each.title, place)).sort((a, b) => (a.rank ?? 99) - (b.rank ?? 99)),
  regions: [group('990101', '沅桥县', 3)],
  items: [group('I1', '食品经营许可', 2)],
  posts: [],
  windows: [],
  trend: Array.from({ length: 12 }, (_, i) => (i < 3 ? { month: `2025-${10 + i}`, decided: null, promise_kept: null } : { month: `2026-0${i - 2}`, decided: 6800 + 90 * ((i * 7) % 5), promise_kept: ratio(6700 + 60 * ((i * 5) % 7), 7200) })),
  members: [{ key: agencies[0]!.code, title: agencies[0]!.title, kept: 43, asked: 44 }, { key: agencies[2]!.code, title: agencies[2]!.title, kept: 6, asked: 7 }],
  wanted: { agency: null, item: null, post: null, region: null, window: null },
  rules: rules.slice(0, 4).map(({ id, title }, i) => ({ rule: id, title, yellow: 9 - 2 * i, red: i })),
})

const at = (line: string, part: string, title: string, full: string, points: string, why: string, cards: string[] = [], counted = true): AssessmentPoints => ({ line, part, title, full, points, why, cards, counted })

/** Points of one agency: `late` cards cost five each, `kept` is how many of forty kept their promise. */
function pointsOf(kept: number, late: string[]): AssessmentPoints[] {
  const percent = (kept * 2.5).toFixed(2)
  return [
    at('told', '流程', '五日内一次性告知', '10', '10.00', 'TL-01、NTC-01 没有发牌'),
    at('limit', '期限', '承诺兑现', '15', Math.max(0, (kept * 2.5 - 90) * 1.5).toFixed(2), `${percent}%（${kept}/40），90% 得零分，100% 得满分`),
    at('late', '期限', '超过公示期限', '10', Math.max(0, 10 - 5 * late.length).toFixed(2), late.length ? `TL-04 发牌 ${late.length} 张，每张扣 5 分` : 'TL-04 没有发牌', late),
    at('inspections', '监督检查', '涉企检查登记', '5', '0.00', '没有相应业务，不计', [], false),
    at('compression', '奖励', '承诺时限压缩', '0', '4.00', '47.20%（944/2000），达到 30% 加 3 分，其后每 10% 加 1 分，至多 8 分'),
    at('complete', '报送', '报送不完整', '0', '-1.00', '98.90%（1978/2000），每少 1% 扣 1 分，至多 5 分'),
  ]
}

function resultOf(place: number, kept: number, late: string[], more: Partial<AssessmentResult['assessed']>): AssessmentResult {
  const { code, title } = agencies[place]!
  const lines = pointsOf(kept, late)
  const earned = lines.filter(({ counted, full }) => counted && Number(full)).reduce((sum, { points }) => sum + Number(points), 0)
  const score = ((earned + 3) * 2.8571).toFixed(2)
  return { title, assessed: { agency: code, score, factor: '2.8571', lines, grade: '优秀', rank: null, last: false, failed_twice: false, held_back: [], ...more } }
}

/** `cards` are ids of cards that the city has. */
export const assessment = (period: string, cards: readonly string[], region: string | null): Assessment => ({
  period,
  region,
  title: `${reference.regions.find(({ code }) => region && code.startsWith(region))?.title ?? '云州市'} ${heading(period)}绩效考评`,
  formula: '行政审批电子监察绩效测评（惠州办法示例）',
  version: '2026.3',
  basis: ['惠府办〔2008〕26号'],
  full: '100',
  origin: originOf(period),
  results: [
    resultOf(0, 40, [], { rank: 1 }),
    resultOf(1, 40, [], { rank: 1 }),
    resultOf(2, 39, cards.slice(0, 1), { rank: 3, grade: '优良' }),
    resultOf(3, 36, [...cards.slice(0, 12)], { rank: 4, grade: '不合格', last: true, failed_twice: true }),
    resultOf(4, 38, cards.slice(1, 2), { grade: null, held_back: ['数据完整率 93.20%（192/206），低于 95%', '收办不相符，差 2 件'] }),
    resultOf(5, 40, [], { grade: null, held_back: ['办结 9 件，不足 30 件'] }),
    { title: agencies[6]!.title, assessed: { agency: agencies[6]!.code, score: '0', factor: '0', lines: [], grade: null, rank: null, last: false, failed_twice: false, held_back: ['本期没有业务'] } },
  ],
})
