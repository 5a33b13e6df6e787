/* The events of the city's vocabulary. */
import type { EventEntry } from '../src/api.ts'

const EVENTS: readonly (readonly [string, string, Record<string, string>])[] = [
  ['case.applied', '申请', {channel: '申请方式', materials: '提交材料'}],
  ['case.supp_noticed', '补正告知', {}],
  ['case.supp_received', '补正材料收到', {}],
  ['case.accepted', '受理', {doc_no: '受理凭证文号', channel: '受理地点'}],
  ['case.extended', '批准延长期限', {}],
  ['case.decided', '办结（作出决定）', {result: '决定结果'}],
  ['case.delivered', '送达', {}],
  ['step.started', '环节开始', {}],
  ['step.completed', '环节完成', {}],
  ['clock.suspended', '特别程序开始', {kind: '特别程序种类', days: '书面告知天数', doc_no: '告知书文号', reason: '事由'}],
  ['clock.resumed', '特别程序结束', {result: '特别程序结果'}],
  ['card.recommended', '追责建议', {measure: '建议措施', person: '责任人', reason: '理由'}],
]
const VALUES: Readonly<Record<string, EventEntry['values']>> = {
  'case.applied': { channel: { window: '窗口', online: '网上' } },
  'case.accepted': { channel: { centre: '政务服务中心', own: '本单位' } },
}
export const events: EventEntry[] = EVENTS.map(([type, title, fields]) => ({ type, title, fields, values: VALUES[type] ?? {} }))
