/* 云州市, which does not exist: its agencies, items and rules. */
import type { Level, Reference } from '../src/api.ts'
import { events } from './events.ts'

const usccOf = (n: number): string => `1133010000MB2D${String(6800 + n)}`.padEnd(18, '0').slice(0, 18)
const REGIONS = [
  ['330000000000', '云岭省', '省'], ['330100000000', '云州市', '市'], ['330102000000', '东屏区', '县'], ['330106000000', '澄湖区', '县'],
  ['330122000000', '沅桥县', '县'], ['330122104000', '柳浦镇', '镇'], ['330122104205', '上埠村', '村'], ['330182000000', '石渡市', '县'],
] as const
const AGENCIES: readonly (readonly [string, string])[] = [
  ['云州市水务局', '330100000000'], ['云州市卫生健康局', '330100000000'], ['云州市住房城乡建设局', '330100000000'], ['云州市人力资源社会保障局', '330100000000'],
  ['云州市生态环境局', '330100000000'], ['云州市文化广电旅游局', '330100000000'], ['云州市自然资源和规划局', '330100000000'], ['云州市教育局', '330100000000'],
  ['东屏区市场监管局', '330102000000'], ['东屏区文化旅游局', '330102000000'], ['澄湖区市场监管局', '330106000000'], ['澄湖区消防救援大队', '330106000000'],
  ['沅桥县交通运输局', '330122000000'], ['沅桥县卫生健康局', '330122000000'], ['柳浦镇便民服务中心', '330122104000'], ['上埠村便民服务站', '330122104205'],
  ['石渡市应急管理局', '330182000000'], ['石渡市行政审批局', '330182000000'],
]
export const agencies = AGENCIES.map(([title, region], n) => ({ code: usccOf(n), title, region, kind: n === 14 || n === 15 ? 'window' : 'bureau' }))
export const agency = (title: string) => agencies.find((each) => each.title === title) ?? agencies[0]!

const ITEMS: readonly (readonly [string, string, number, number])[] = [
  ['取水许可', '云州市水务局', 15, 45], ['公共场所卫生许可', '云州市卫生健康局', 8, 20], ['企业设立登记（无前置）', '东屏区市场监管局', 3, 6],
  ['建筑工程施工许可', '云州市住房城乡建设局', 3, 7], ['食品经营许可', '澄湖区市场监管局', 5, 10], ['道路货物运输经营许可', '沅桥县交通运输局', 10, 40],
  ['人力资源服务许可', '云州市人力资源社会保障局', 4, 20], ['环境影响报告表审批', '云州市生态环境局', 12, 30], ['旅行社业务经营许可', '云州市文化广电旅游局', 8, 20],
  ['营业性演出审批', '东屏区文化旅游局', 2, 3], ['公众聚集场所消防检查', '澄湖区消防救援大队', 5, 10], ['医疗机构执业登记', '沅桥县卫生健康局', 15, 45],
  ['不动产登记', '云州市自然资源和规划局', 3, 30], ['民办学校设立审批', '云州市教育局', 20, 60], ['危险化学品经营许可', '石渡市应急管理局', 12, 30],
  ['食品生产许可', '石渡市行政审批局', 6, 20], ['农村宅基地用地申请初审', '柳浦镇便民服务中心', 4, 10], ['高龄津贴申领', '上埠村便民服务站', 2, 5],
  ['工程建设项目并联审批', '云州市住房城乡建设局', 20, 45],
]
type Stage = Reference['items'][number]['stage']
const STAGES: Readonly<Record<string, Stage>> = { 环境影响报告表审批: 'land', 工程建设项目并联审批: 'works', 建筑工程施工许可: 'construction' }
const MEMBERS: Readonly<Record<string, readonly string[]>> = { 工程建设项目并联审批: ['云州市生态环境局', '云州市自然资源和规划局', '澄湖区消防救援大队', '云州市水务局'] }
export const items = ITEMS.map(([title, by, promised, statutory], n) => ({
  code: `3301${String(10_001 + n * 37)}`, title, agency: agency(by).code, promised, statutory,
  stage: STAGES[title] ?? null, green: title === '建筑工程施工许可', members: (MEMBERS[title] ?? []).map((each) => agency(each).code),
}))
export const item = (title: string) => items.find((each) => each.title === title) ?? items[0]!

type RuleRow = readonly [string, string, string, readonly string[], readonly Level[], 'auto' | 'confirm', string]
const RULES: readonly RuleRow[] = [
  ['TL-01', '补正告知逾期', 'time-limit', ['行政许可法 第三十二条第一款第四项'], ['yellow'], 'auto', 'licensing-time-limits'],
  ['TL-04', '办结时限', 'time-limit', ['行政许可法 第四十二条', '行政许可法 第四十五条', '行政许可法 第八十二条', '服务承诺制'], ['warning', 'yellow', 'red'], 'auto', 'licensing-time-limits'],
  ['TL-09', '即办件未即办', 'time-limit', ['行政许可法 第三十四条'], ['yellow'], 'auto', 'licensing-time-limits'],
  ['DLV-01', '送达超过十日', 'time-limit', ['行政许可法 第四十四条'], ['yellow'], 'auto', 'licensing-time-limits'],
  ['NTC-01', '二次补正', 'notification', ['行政许可法 第三十二条第一款第四项'], ['yellow'], 'auto', 'licensing-notices'],
  ['NTC-02', '受理未出具合格凭证', 'notification', ['行政许可法 第三十二条第二款'], ['yellow'], 'auto', 'licensing-notices'],
  ['NTC-04', '不予许可未说明理由或未告知救济途径', 'notification', ['行政许可法 第三十八条第二款'], ['red'], 'auto', 'licensing-notices'],
  ['NTC-05', '特别程序未书面告知所需时间', 'notification', ['行政许可法 第四十五条'], ['yellow'], 'auto', 'licensing-notices'],
  ['SEQ-01', '未受理先审查', 'sequence', ['行政许可法 第三十二条', '行政许可法 第三十四条'], ['yellow'], 'auto', 'licensing-order'],
  ['SEQ-04', '办结后仍有办理活动', 'sequence', ['数据质量要求'], ['yellow'], 'auto', 'licensing-order'],
  ['SEQ-06', '现场核查不足二人', 'separation', ['行政许可法 第三十四条第三款'], ['yellow'], 'auto', 'licensing-separation'],
  ['PER-05', '审查与决定为同一人', 'separation', ['岗位责任制'], ['warning'], 'auto', 'licensing-separation'],
  ['FEE-01', '目录外收费', 'condition', ['行政许可法 第五十九条', '行政许可法 第七十五条'], ['red'], 'auto', 'fees'],
  ['SUS-03', '特别程序超期', 'time-limit', ['行政许可法 第四十五条'], ['warning', 'yellow', 'red'], 'auto', 'special-procedures'],
  ['SUS-05', '特别程序未结束即办结', 'sequence', ['行政许可法 第四十五条'], ['yellow'], 'auto', 'special-procedures'],
  ['INT-03', '三个环节记录于同一秒', 'condition', ['数据质量要求'], ['yellow'], 'confirm', 'integrity'],
]
const PACKS: Readonly<Record<string, string>> = {
  'licensing-time-limits': '行政许可·时限', 'licensing-notices': '行政许可·告知', 'licensing-order': '行政许可·顺序', 'licensing-separation': '行政许可·岗位分离',
  fees: '收费', 'special-procedures': '特别程序', integrity: '数据完整性',
}
export const rules = RULES.map(([id, title, kind, basis, levels, issue, pack]) => ({ id, title, kind, basis: [...basis], levels: [...levels], issue, pack, pack_title: PACKS[pack] ?? pack }))
export const rule = (id: string) => rules.find((each) => each.id === id) ?? rules[0]!

export const versions = { calendar: 'cn@2026.正式', catalogue: '2026-07-01' }
export const reference: Reference = {
  agencies,
  regions: REGIONS.map(([code, title, tier]) => ({ code, title, tier })),
  items: items.map((each) => ({ ...each, promised: `${each.promised}wd`, statutory: `${each.statutory}wd` })),
  rules,
  events,
  levels: { hint: '提示', warning: '预警', yellow: '黄牌', red: '红牌' },
  versions: { ...versions, ...Object.fromEntries([...new Set(rules.map(({ pack }) => pack))].map((pack) => [pack, '2026.1'])) },
}
