/* What a dead letter said, as far as its bytes can be read. */

export const CODES = [
  'bad_json', 'not_cloudevent', 'missing_attribute', 'bad_time', 'naive_time', 'foreign_agency', 'foreign_source', 'unknown_type', 'too_large', 'bad_row', 'engine_fault', 'row_refused',
] as const
export type LetterCode = (typeof CODES)[number]

export const isCode = (code: string): code is LetterCode => (CODES as readonly string[]).includes(code)

/** Causes that sending the event again, mended, takes away; the others are mended where they arose. */
export const canMend = (code: string): boolean => isCode(code) && !['bad_row', 'engine_fault', 'row_refused'].includes(code)

export interface Original { text: string; kind: 'json' | 'text' | 'bytes' }

/** JSON is laid out, other text is shown as it is, and what is no UTF-8 as hexadecimal bytes. Bad base64 reads as no bytes. */
export function originalOf(base64: string): Original {
  let bytes: Uint8Array
  try {
    bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))
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
