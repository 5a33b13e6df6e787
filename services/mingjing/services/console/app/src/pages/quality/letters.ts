/* What a dead letter said, as far as its bytes can be read. */
import type { DeadLetter } from '@/api'

export const CODES = [
  'bad_json', 'not_cloudevent', 'missing_attribute', 'bad_time', 'naive_time', 'foreign_agency', 'foreign_source', 'unknown_type', 'too_large', 'bad_row', 'engine_fault', 'row_refused',
] as const
export type LetterCode = (typeof CODES)[number]

export const isCode = (code: string): code is LetterCode => (CODES as readonly string[]).includes(code)

const bytesOf = (base64: string): Uint8Array => Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))

export interface Original { text: string; kind: 'json' | 'text' | 'bytes' }

/** JSON is laid out, other text is shown as it is, and what is no UTF-8 as hexadecimal bytes. Bad base64 reads as no bytes. */
export function originalOf(base64: string): Original {
  let bytes: Uint8Array
  try {
    bytes = bytesOf(base64)
  } catch {
    return { text: '', kind: 'bytes' }
  }
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return { text: [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join(' '), kind: 'bytes' }
  }
  try {
    return { text: JSON.stringify(JSON.parse(text), null, 2), kind: 'json' }
  } catch {
    return { text, kind: 'text' }
  }
}

/** Whether sending it again, mended, takes its cause away: a fetched row, where it says what it is a row of. The others are mended where they arose. */
export function canMend(letter: DeadLetter): boolean {
  if (letter.code !== 'bad_row') return isCode(letter.code) && !['engine_fault', 'row_refused'].includes(letter.code)
  try {
    const said: unknown = JSON.parse(written(letter.original) ?? '')
    return typeof said === 'object' && said !== null && 'standard' in said && 'row' in said
  } catch {
    return false
  }
}

/** A letter that can be mended here, and what it said. */
export interface Mendable { letter: string; text: string }

/** Those of the letters that can be mended here: readable, of a cause that mending takes away, and not handed in again yet. */
export function mendable(letters: readonly DeadLetter[]): Mendable[] {
  return letters.flatMap((each) => {
    const text = each.receipt || !each.original || !canMend(each) ? null : written(each.original)
    return text === null ? [] : [{ letter: each.letter_id, text }]
  })
}

/** The letters with every `find` put right, and whether that changed them; nothing is found by nothing. */
export const putRight = (letters: readonly Mendable[], find: string, put: string): Mendable[] =>
  find ? letters.map(({ letter, text }) => ({ letter, text: text.replaceAll(find, put) })) : [...letters]

/** A line a letter, as the API takes them and a person may mend them in an editor. */
export const lines = (letters: readonly Mendable[]): string => letters.map(({ letter, text }) => `${JSON.stringify({ letter, original: text })}\n`).join('')

function written(base64: string): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytesOf(base64))
  } catch {
    return null
  }
}
