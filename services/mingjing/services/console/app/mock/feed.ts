/* How an agency of the city reports: a window that opens from nine to five, and was quiet since noon. */
import type { FeedDocument, OutageList } from '../src/api.ts'
import { zoned } from './clock.ts'
import { agencies } from './city.ts'

const WEIGHTS = { usable: 30, begun: 15, attributed: 10, timely: 10, recorded: 5, worked: 15, lasting: 5, ordered: 5, consistent: 5 } as const
const TITLES = { usable: '格式合规', begun: '收办相符', attributed: '要素齐全', timely: '及时录入', recorded: '录入可查', worked: '时刻真实', lasting: '环节有时长', ordered: '先后有序', consistent: '编号唯一' } as const
const HELD: Partial<Record<keyof typeof WEIGHTS, number>> = { worked: 211, timely: 268, usable: 297 }

export const outagesOf = (): OutageList => ({
  items: [
    { begins: zoned('2026-10-17T22:00:00'), ends: zoned('2026-10-18T06:00:00'), state: 'coming', why: '机房迁移', by: 'wang', announced_at: zoned('2026-10-12T10:00:00') },
    { begins: zoned('2026-08-08T00:00:00'), ends: zoned('2026-08-09T23:59:59'), state: 'over', why: null, by: null, announced_at: null },
  ],
})

export function feedOf(agency: string): FeedDocument | null {
  const title = agencies.find(({ code }) => code === agency)?.title
  if (!title) return null
  const week = Array.from({ length: 168 }, (_, i) => {
    const hour = i % 24
    return i >= 120 || hour < 8 || hour > 17 ? null : hour === 12 || hour === 13 ? 1200 : hour < 9 || hour > 16 ? 2400 : 300
  })
  return {
    agency, title, state: 'silent', why: '自 2026-10-14 14:20 起没有报送，按平时的节奏应有 11.6 次', last_event_at: zoned('2026-10-14T14:19:25'), quiet_s: 3600, delay_s: 0, lag_s: 42, lag_most_s: 5_400,
    rhythm: { last_arrival_at: zoned('2026-10-14T14:20:07'), usual_s: 300, missed: 11.6, unusual: true, week },
    events: 9_412, dead_letters: 3, sources: [], silences: [],
    quality: {
      points: 93.4, passed: false, cases: 300, events: 2_911,
      parts: (Object.keys(WEIGHTS) as (keyof typeof WEIGHTS)[]).map((name) => ({
        name, title: TITLES[name], weight: WEIGHTS[name], looked_at: 300, held: HELD[name] ?? 300, share: (HELD[name] ?? 300) / 300,
        asks: '一个办件的环节不会都在同一秒', remedy: '取各环节实际完成的时间；勿用办结时间补造环节', samples: HELD[name] ? ['办件 2026-0042 有 4 个环节同在 2026-09-30 17:20:01+08:00'] : [],
      })),
    },
  }
}
