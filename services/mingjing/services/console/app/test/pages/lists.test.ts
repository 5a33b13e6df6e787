import { expect, it } from 'vitest'
import type { DeadLetter, RuleEntry } from '@/api'
import { lines, mendable, originalOf, putRight } from '@/pages/quality/letters'
import { hoursOf } from '@/pages/feed/rhythm'
import { packsOf } from '@/pages/rules/packs'

it('reads a dead letter as JSON, as text or as bytes', () => {
  const of = (bytes: Uint8Array | string): string => Buffer.from(bytes).toString('base64')
  expect(originalOf(of('{"a":1}'))).toEqual({ kind: 'json', text: '{\n  "a": 1\n}' })
  expect(originalOf(of('{"办":'))).toEqual({ kind: 'text', text: '{"办":' })
  expect(originalOf(of(Uint8Array.from([0xb0, 0xec])))).toEqual({ kind: 'bytes', text: 'b0 ec' })
  expect(originalOf('***')).toEqual({ kind: 'bytes', text: '' })
})

it('finds rules by every word of the search, in titles and in the law alike', () => {
  const rule = (id: string, title: string, pack: string): RuleEntry => ({ id, title, pack, pack_title: pack, kind: '', basis: ['行政许可法 第四十二条'], levels: [], issue: 'auto' })
  const rules = [rule('TL-04', '办结时限', 'a'), rule('NTC-01', '二次补正', 'b')]
  expect(packsOf(rules, '四十二 tl').map(({ name }) => name)).toEqual(['a'])
  expect(packsOf(rules, '').map(({ rules: of }) => of.length)).toEqual([1, 1])
})

it('puts the same mistake right in every letter that can be mended here', () => {
  const of = (letter_id: string, code: DeadLetter['code'], text: string | Uint8Array, receipt: string | null = null): DeadLetter =>
    ({ letter_id, code, original: Buffer.from(text).toString('base64'), receipt }) as unknown as DeadLetter
  const letters = [of('a', 'naive_time', '{"time":"2026-11-20 10:00"}'), of('b', 'bad_row', '{"row":{}}'), of('c', 'bad_json', Uint8Array.from([0xb0])), of('d', 'naive_time', '{}', 'r1'), of('e', 'bad_json', '{"办":1}')]
  const ours = mendable(letters)
  expect(ours.map(({ letter }) => letter)).toEqual(['a', 'e'])
  expect(putRight(ours, ' 10:00', 'T10:00:00+08:00')[0]?.text).toBe('{"time":"2026-11-20T10:00:00+08:00"}')
  expect(putRight(ours, '', 'x')).toEqual(ours)
  expect(lines(ours).trimEnd().split('\n').map((line) => JSON.parse(line) as unknown)).toEqual([{ letter: 'a', original: '{"time":"2026-11-20 10:00"}' }, { letter: 'e', original: '{"办":1}' }])
})

it('mends a fetched row that says what it is a row of', () => {
  const of = (text: string): DeadLetter => ({ letter_id: 'a', code: 'bad_row', original: Buffer.from(text).toString('base64'), receipt: null }) as unknown as DeadLetter
  const told = ['{"standard":"up-pro","row":{"accept_date":"三月"}}', '{"row":{}}', '{"办']
  expect(told.map((text) => mendable([of(text)]).length)).toEqual([1, 0, 0])
})

it('shades an hour of the week by how often it is heard', () => {
  const week = Array.from({ length: 168 }, (_, i) => (i === 9 ? 60 : i === 10 ? 120 : i === 25 ? 86_400 : null))
  const hours = hoursOf(week)
  expect([9, 10, 25, 0].map((i) => hours[i]?.depth)).toEqual([4, 3, 1, 0])
  expect([hours[25]?.day, hours[25]?.hour]).toEqual([2, 1])
  expect(hoursOf(Array.from({ length: 168 }, () => null)).every(({ depth }) => depth === 0)).toBe(true)
})
