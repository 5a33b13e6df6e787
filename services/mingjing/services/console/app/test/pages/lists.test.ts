import { expect, it } from 'vitest'
import type { RuleEntry } from '@/api'
import { originalOf } from '@/pages/quality/letters'
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
