/* What administrators, auditors and those who report look at: accounts, keys, the trail, deliveries of notices, files handed in. */
import type { AccountEntry, Card, Delivery, KeyEntry, Role, StandardList, TrailEntry, UploadJob } from '../src/api.ts'
import { agency } from './city.ts'
import { zoned } from './clock.ts'
import { NOW } from './stories.ts'

const at = (minutesAgo: number): string => zoned(new Date(Date.parse(`${NOW}Z`) - minutesAgo * 60_000).toISOString().slice(0, 19))
const DAY = 24 * 60
/** Digits that look drawn by lot and are always the same. */
const code = (n: number, length: number): string => Array.from({ length }, (_, i) => ((Math.imul((n + 3) * 40_503 + i * 7_919, 2_654_435_761) >>> 24) & 15).toString(16)).join('')
const ROLES: Readonly<Record<Role, string>> = { inspector: '监察员', supervisor: '监察负责人', clerk: '部门经办', rule_admin: '规则管理员', auditor: '审计员', system_admin: '系统管理员' }

const PEOPLE: readonly (readonly [string, string, Role, Partial<AccountEntry>])[] = [
  ['chen', '陈立（市监察室）', 'supervisor', { authenticator: true }],
  ['gu', '顾文（规则岗）', 'rule_admin', {}],
  ['he', '何平', 'inspector', { region: '330122000000', locked_until: at(-12) }],
  ['li', '李负责', 'supervisor', { local: false }],
  ['liupu.window', '柳浦镇便民服务中心综合窗口', 'clerk', { agency: agency('柳浦镇便民服务中心').code, must_change: true }],
  ['qian', '钱审计', 'auditor', { local: false }],
  ['sun', '孙经办', 'clerk', { agency: agency('云州市人力资源社会保障局').code, disabled: true }],
  ['wang', '王经办', 'clerk', { agency: agency('澄湖区市场监管局').code }],
  ['zhang', '张监察', 'inspector', {}],
  ['zhou', '周维护', 'system_admin', { authenticator: true }],
]
export const accounts: readonly AccountEntry[] = PEOPLE.map(([name, title, role, more], n) => ({
  name, title, role, role_title: ROLES[role], region: null, agency: null, local: true, authenticator: false, must_change: false, locked_until: null, disabled: false, demo: false, revision: 1 + (n % 3), created_at: at(200 * DAY - n * DAY), ...more,
}))

const KEYS: readonly (readonly [string, Role, Partial<KeyEntry>])[] = [
  ['省平台对账程序', 'auditor', { expires_at: at(-90 * DAY), last_used_at: at(3) }],
  ['澄湖区市场监管局业务系统', 'clerk', { agency: agency('澄湖区市场监管局').code, last_used_at: at(1) }],
  ['石渡市行政审批局业务系统（旧）', 'clerk', { agency: agency('石渡市行政审批局').code, expires_at: at(6 * DAY), last_used_at: at(6 * DAY + 20) }],
  ['沅桥县大屏', 'inspector', { region: '330122000000' }],
  ['试点期对接联调', 'clerk', { agency: agency('云州市教育局').code, revoked_at: at(70 * DAY) }],
]
export const keys: readonly KeyEntry[] = KEYS.map(([title, role, more], n) => ({
  id: `mk_${code(n + 1, 16)}`, title, role, region: null, agency: null, made_by: 'zhou', made_at: at(20 * DAY + n * 31 * DAY), expires_at: null, revoked_at: null, replaces: null, last_used_at: null, ...more,
}))

const DONE: readonly (readonly [string, Role | 'engine', string, string, string, Record<string, unknown>])[] = [
  ['zhang', 'inspector', 'case.unmasked', '查看个人信息', 'case', { address: '10.3.7.21', reason: '核对申诉人身份' }],
  ['zhang', 'inspector', 'case.opened', '查阅办件', 'case', { address: '10.3.7.21' }],
  ['li', 'supervisor', 'law.approved', '批准发布规则文件', '4c1f09d2a7be5531', { address: '10.3.7.8', reason: '回测无误' }],
  ['zhou', 'system_admin', 'key.issued', '发放密钥', '省平台对账程序', { address: '10.3.9.2', role: 'auditor' }],
  ['he', 'inspector', 'session.refused', '登录被拒', 'he', { address: '10.3.22.140', via: 'password' }],
  ['zhou', 'system_admin', 'account.changed', '修改账号', 'sun', { address: '10.3.9.2' }],
  ['wang', 'clerk', 'letter.resubmitted', '重报不可用的报送', '0c0ffee00c0ffee00c0ffee00c0ffee0', { address: '10.16.4.77' }],
  ['zhang', 'inspector', 'delivery.stopped', '停止通知', code(7, 32), { address: '10.3.7.21' }],
]
const ENTRIES = 260
/** Newest first, numbered without a gap. */
export const trailOf = (cards: readonly Card[], before: number, limit: number): { items: TrailEntry[]; next_before: number | null } => {
  const seqs = Array.from({ length: ENTRIES }, (_, n) => ENTRIES - n).filter((seq) => seq < before).slice(0, limit)
  const items = seqs.map((seq): TrailEntry => {
    const [actor, role, action, title, object, detail] = DONE[(ENTRIES - seq) % DONE.length]!
    const about = cards[seq % cards.length]
    return { seq, at: at((ENTRIES - seq) * 7), actor, role, action, action_title: title, object: object === 'case' ? about?.case_key ?? '' : object, agency: object === 'case' ? about?.agency ?? '' : '', region: '', detail, hash: code(seq, 64) }
  })
  const last = seqs.at(-1)
  return { items, next_before: last !== undefined && last > 1 ? last : null }
}

const WAYS: readonly Partial<Delivery>[] = [
  { state: 'waiting', tries: 0, next_at: at(-1) },
  { state: 'failed', tries: 3, failure: 'HTTP 502 Bad Gateway', next_at: at(-4), channel: 'duty-sms' },
  { state: 'sent', tries: 1, sent_at: at(30) },
  { state: 'sent', tries: 2, sent_at: at(28), channel: 'agency-oa' },
  { state: 'given_up', tries: 17, failure: '连接被拒绝：wecom.yunzhou.example:443', channel: 'leaders-wecom', purpose: 'escalation' },
  { state: 'stopped', tries: 2, failure: '由 张监察 停止', channel: 'duty-sms' },
]
export const deliveriesOf = (cards: readonly Card[]): Delivery[] => cards.slice(0, 24).map((card, n) => ({
  id: code(n + 1, 32), route: card.level === 'red' ? 'red-at-once' : 'daily-digest', channel: 'duty-desk', purpose: 'card', card_id: card.card_id, case_key: card.case_key, title: card.title, level: card.level, status: card.status,
  agency: card.agency, region: card.region, state: 'sent', tries: 1, failure: '', made_at: card.issued_at, next_at: null, sent_at: null, ...WAYS[n % WAYS.length],
}))

export const standards: StandardList = {
  standards: [
    { name: 'up-pro', title: '全国办件库（up_pro_*）', objects: [['up_pro_accept', '办件受理信息'], ['up_pro_process', '办件过程信息'], ['up_pro_result', '办件结果信息']].map(([name = '', title = '']) => ({ name, title, blank: `/v1/uploads/blank/up-pro/${name}.xlsx` })) },
    { name: 'gbt-39046', title: 'GB/T 39046 政务服务事项办件', objects: [{ name: 'accept', title: '受理', blank: '/v1/uploads/blank/gbt-39046/accept.xlsx' }] },
  ],
  sources: ['urn:yunzhou:0010', 'urn:yunzhou:0010:paper'],
}

const FILES: readonly (readonly [string, string, Partial<UploadJob>])[] = [
  ['十月受理台账.csv', '办件受理信息', { state: 'done', rows: 1_204, accepted: 1_198, returned: 6, events: 1_198, errors: '/v1/uploads/1/errors.xlsx', remarks: { '事项编码不在目录，按名称认出': 14 } }],
  ['十月办结台账（试填）.xlsx', '办件结果信息', { state: 'done', rows: 87, accepted: 87, events: 0, dry_run: true, receipt: null }],
  ['窗口登记本拍照转录.csv', '办件受理信息', { state: 'refused', reason: '缺少列：办件编号、受理时间。请按空白表的列名填写，或在“列”一步里说明各列是什么。', receipt: null }],
  ['九月过程信息_补报_2026-09-30_含延期与特别程序_第二次.csv', '办件过程信息', { state: 'done', rows: 20_316, accepted: 20_316, events: 20_316 }],
]
export const uploads: readonly UploadJob[] = Array.from({ length: 26 }, (_, n): UploadJob => {
  const [name, title, more] = FILES[n % FILES.length]!
  return {
    id: `${at(n * DAY).slice(0, 10).replaceAll('-', '')}-${code(n + 1, 24)}`, name, title, standard: 'up-pro', object: 'up_pro_accept', source: 'urn:yunzhou:0010', dry_run: false, state: 'done', lines: 0, rows: 0, accepted: 0, returned: 0, events: 0,
    remarks: {}, reason: '', receipt: code(n + 31, 32), made_at: at(n * DAY + 40), ended_at: at(n * DAY + 39), errors: null, ...more,
  }
})
