import type { DeadLetter, UnmaskedLetter } from '../src/api.ts'
import { agencies } from './city.ts'

const base64 = (text: string | Uint8Array): string => Buffer.from(text).toString('base64')
const event = (change: object): string => JSON.stringify({ specversion: '1.0', id: '20261014-000417', source: 'urn:yunzhou:0010', type: 'case.accepted', subject: 'SD202610140021', time: '2026-10-14T11:52:03+08:00', ...change })

const rows: [DeadLetter['code'], string, string, number, string, string | Uint8Array][] = [
  ['naive_time', '$.time', '“time”的值 2026-10-14 11:52:03 没有时区。请写成 2026-10-14T11:52:03+08:00 后重报。', 17, '2026-10-14T12:08:14', event({ time: '2026-10-14 11:52:03' })],
  ['unknown_type', '$.type', '事件类型“case.shouli”不在行政审批词汇表内。受理请用 case.accepted。', 17, '2026-10-14T12:07:55', event({ type: 'case.shouli' })],
  ['foreign_agency', '$.agency', '部门 11330100MB2D680300 不属于这个密钥。请用该部门自己的密钥上报。', 10, '2026-10-14T10:31:40', event({ agency: '11330100MB2D680300' })],
  ['bad_json', '$', '第 1 行第 58 列：字符串没有结束。请检查引号后重报整条。', 12, '2026-10-13T17:20:09', event({}).slice(0, 58)],
  ['missing_attribute', '$.subject', '缺少“subject”（办件编号）。请补上后重报。', 14, '2026-10-13T09:14:31', event({ subject: undefined })],
  ['not_cloudevent', '$', '不是 UTF-8 编码的 JSON，首字节为 0xB0。请改用 UTF-8 编码后重报。', 16, '2026-10-12T16:45:02', Uint8Array.from([0xb0, 0xec, 0xbc, 0xfe, 0x0d, 0x0a])],
]

export const letters: readonly DeadLetter[] = rows.map(([code, place, message, by, at, original], n) => ({
  letter_id: `${n}c0ffee0`.repeat(4), code, place, message, agency: agencies[by]?.code ?? null, source: code === 'bad_json' || code === 'not_cloudevent' ? null : 'urn:yunzhou:0010',
  event_id: code === 'bad_json' || code === 'not_cloudevent' ? null : '20261014-000417', topic: `ingest.${agencies[by]?.code ?? ''}`, partition: n % 2, offset: 48_210 + n * 17, received_at: `${at}+08:00`, original: code === 'bad_json' || code === 'not_cloudevent' ? '' : base64(original), resubmitted_by: null, resubmitted_at: null, receipt: null,
}))

/** The whole of a letter, also of one that could not be masked. */
export const unmaskedLetter = (id: string): UnmaskedLetter => ({ letter: id, original: base64(rows[letters.findIndex(({ letter_id }) => letter_id === id)]?.[5] ?? '') })
