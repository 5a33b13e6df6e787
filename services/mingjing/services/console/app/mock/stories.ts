/* The cases of the city: those told one by one, and a crowd behind them. */
import { next, works } from './calendar.ts'
import { items } from './city.ts'
import type { Stop } from './clock.ts'

export const NOW = '2026-10-14T15:20:07'

export interface Told { at: string; type: string; step?: string; officer?: string; late?: number; data?: Record<string, unknown> }
export interface Extra { rule: string; level: 'warning' | 'yellow' | 'red'; at: string; said: string; status?: 'cleared' | 'withdrawn'; clearedAt?: string }
export interface Asked { member: string; sent: string; days: number; answered?: string }
export interface Story { asked: Asked[]; no: string; item: string; accepted: string; stops: Stop[]; decided?: string; withdrawn?: boolean; told: Told[]; extras: Extra[] }

const story = (no: string, item: string, accepted: string, more: Partial<Story> = {}): Story => ({ no, item, accepted, stops: [], told: [], extras: [], asked: [], ...more })

const hero = story('202609150037', '公共场所卫生许可', '2026-09-15T10:24:36', {
  stops: [{ begin: '2026-09-17T15:10:20', end: '2026-09-23T16:40:55', cap: 4, reason: '特别程序·检测' }],
  told: [
    { at: '2026-09-14T16:02:11', type: 'case.applied', data: { channel: '网上', materials: ['申请表', '平面图', '检测合同'] } },
    { at: '2026-09-15T10:24:36', type: 'case.accepted', step: '受理', officer: '3f9a…周', data: { doc_no: '卫受〔2026〕1183 号', channel: '政务服务中心' } },
    { at: '2026-09-16T09:40:02', type: 'step.started', step: '审查', officer: '81c0…陈' },
    { at: '2026-09-17T15:10:20', type: 'clock.suspended', step: '审查', officer: '81c0…陈', late: 3, data: { kind: 'testing', days: 4, doc_no: '卫特〔2026〕0092 号', reason: '检测' } },
    { at: '2026-09-23T16:40:55', type: 'clock.resumed', step: '审查', officer: '81c0…陈', data: { result: '报告 WZ-26-0917' } },
    { at: '2026-09-24T14:05:00', type: 'step.started', step: '现场核查', officer: '81c0…陈', late: 76_200, data: { officers: ['陈*', '吴*'] } },
    { at: '2026-09-28T11:30:48', type: 'step.started', step: '审核', officer: '5d21…郑' },
    { at: '2026-10-12T17:16:09', type: 'step.started', step: '现场核查', officer: '81c0…陈', data: { opinion: '消毒间面积需补核' } },
  ],
  extras: [{ rule: 'SUS-03', level: 'yellow', at: '2026-09-23T00:00:00', said: '特别程序书面告知 4 个工作日，9 月 22 日用尽，当时未结束。', status: 'cleared', clearedAt: '2026-09-23T16:40:55' }],
})

const named: Story[] = [
  hero,
  story('202608030021', '取水许可', '2026-08-03T09:12:00', { stops: [{ begin: '2026-08-14T10:00:00', end: '2026-08-18T15:00:00', reason: '专家评审' }] }),
  story('202610090112', '企业设立登记（无前置）', '2026-10-09T11:00:00', { decided: '2026-10-13T11:00:00', extras: [{ rule: 'FEE-01', level: 'red', at: '2026-10-14T14:52:10', said: '收费 1 笔 200 元，项目不在公布的收费目录内。' }] }),
  story('202609290008', '建筑工程施工许可', '2026-09-29T15:40:00'),
  story('202610080045', '食品经营许可', '2026-10-08T10:20:00', { extras: [{ rule: 'NTC-01', level: 'yellow', at: '2026-10-14T15:19:42', said: '应当 1 次告知，实际告知 2 次，第二次有首次未列的内容。' }] }),
  story('202610100063', '人力资源服务许可', '2026-10-10T09:00:00'),
  story('202609180029', '环境影响报告表审批', '2026-09-18T14:30:00', { stops: [{ begin: '2026-09-28T09:00:00', end: null, cap: 7, reason: '专家评审' }], extras: [{ rule: 'SUS-03', level: 'yellow', at: '2026-10-14T00:00:00', said: '专家评审书面告知 7 个工作日，10 月 13 日用尽，尚未结束。' }] }),
  story('202609290051', '旅行社业务经营许可', '2026-09-29T10:05:00', { decided: '2026-10-13T10:20:00', extras: [{ rule: 'NTC-04', level: 'red', at: '2026-10-13T10:20:00', said: '告知缺少：救济途径。' }] }),
  story('202610120014', '营业性演出审批', '2026-10-12T15:40:00'),
  story('202610090088', '公众聚集场所消防检查', '2026-10-09T13:15:00'),
  story('202609300019', '医疗机构执业登记', '2026-09-30T08:50:00', { extras: [{ rule: 'SEQ-06', level: 'yellow', at: '2026-10-12T11:08:00', said: '应由不少于 2 人办理，记录 1 人。' }] }),
  story('202609220030', '民办学校设立审批', '2026-09-22T09:30:00', { extras: [{ rule: 'SEQ-01', level: 'yellow', at: '2026-09-21T13:40:55', said: '9 月 21 日 13:40 发生“环节开始”，此前没有“受理”。' }] }),
  story('202609240011', '食品经营许可', '2026-09-24T16:00:00', { decided: '2026-09-30T16:05:00', withdrawn: true }),
  story('202610110007', '危险化学品经营许可', '2026-10-12T09:40:00', { extras: [{ rule: 'INT-03', level: 'yellow', at: '2026-10-13T16:31:00', said: '受理、审查、决定三个环节记录于同一秒。' }] }),
  story('202609280002', '工程建设项目并联审批', '2026-09-28T09:20:00', { asked: [
    { member: '云州市生态环境局', sent: '2026-09-28T15:00:00', days: 5 },
    { member: '云州市自然资源和规划局', sent: '2026-09-28T15:00:01', days: 10, answered: '2026-10-12T10:30:00' },
    { member: '澄湖区消防救援大队', sent: '2026-10-09T09:10:00', days: 8 },
  ] }),
]

/** A crowd with fixed dice, so that two runs of the mock are one city. */
function crowd(): Story[] {
  let seed = 41
  const alone = items.filter(({ members }) => members.length === 0)
  const dice = (n: number): number => (seed = (seed * 1_103_515_245 + 12_345) & 0x7fffffff) % n
  return Array.from({ length: 150 }, (_, i) => {
    let day = next('2026-08-24', dice(50))
    while (!works(day)) day = next(day)
    const what = alone[dice(alone.length)]!
    const hour = String(8 + dice(9)).padStart(2, '0')
    const minute = String(dice(60)).padStart(2, '0')
    let end = day
    for (let left = Math.max(1, Math.round(what.promised * (0.4 + dice(9) / 10))); left > 0;) if (works((end = next(end)))) left -= 1
    const no = `${day.replaceAll('-', '')}${String(1000 + i)}`
    return story(no, what.title, `${day}T${hour}:${minute}:00`, end < NOW.slice(0, 10) && dice(14) > 0 ? { decided: `${end}T${hour}:${minute}:30` } : {})
  })
}

export const stories: readonly Story[] = [...named, ...crowd()]
