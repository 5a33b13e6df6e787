/* Which column of a file is which column of the standard, as somebody says it before handing in. */
import type { HeaderReading } from '@/api'

/** A column that is not to be read; nothing is said yet of one that is `''`. */
export const LEFT_OUT = '-'

/** By header: the standard's column, `LEFT_OUT`, or `''` while it is open. */
export type Said = Record<string, string>

/** What is known at once: by name or title, and for the others what was `said` of files like it before. */
export const known = ({ cells, columns }: HeaderReading, said: Said): Said => {
  const there = new Set([LEFT_OUT, ...columns.map(({ name }) => name)])
  return Object.fromEntries(cells.map(({ header, column }) => [header, column ?? (there.has(said[header] ?? '') ? said[header]! : '')]))
}

export interface Faults { /** Headers of which nothing is said. */ open: string[]; /** Titles of columns that two headers are said to be. */ twice: string[]; /** Titles of needed columns that no header is. */ missing: string[] }

export function faultsOf({ columns }: HeaderReading, said: Said): Faults {
  const times = new Map<string, number>()
  for (const column of Object.values(said)) times.set(column, (times.get(column) ?? 0) + 1)
  return {
    open: Object.keys(said).filter((header) => said[header] === ''),
    twice: columns.filter(({ name }) => (times.get(name) ?? 0) > 1).map(({ title }) => title),
    missing: columns.filter(({ name, needed }) => needed && !times.has(name)).map(({ title }) => title),
  }
}

export const isWhole = ({ open, twice, missing }: Faults): boolean => open.length + twice.length + missing.length === 0

/** What has to be told the API: where the file's header is not the column's own. */
export const told = ({ cells }: HeaderReading, said: Said): string[] =>
  cells.filter(({ header, column }) => said[header] !== column).map(({ header }) => `${header}=${said[header] === LEFT_OUT ? '' : said[header]}`)

const HEAD_BYTES = 256 * 1024
const LINE_FEED = 10
const PACKED = [0x50, 0x4b]

/** What of a file tells its columns: a spreadsheet has to be whole, of a text the first whole lines do. */
export async function headOf(file: Blob): Promise<Blob> {
  const head = new Uint8Array(await file.slice(0, HEAD_BYTES).arrayBuffer())
  if (file.size <= HEAD_BYTES || PACKED.every((byte, place) => head[place] === byte)) return file
  return file.slice(0, head.lastIndexOf(LINE_FEED) + 1 || HEAD_BYTES)
}
