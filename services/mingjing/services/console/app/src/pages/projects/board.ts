/* Which cases are of projects, and in which column of the board each stands. */
import type { CaseFacts, Clock, Reference } from '@/api'
import { millis } from '@/time/instant'

type Item = Reference['items'][number]
export type Column = NonNullable<Item['stage']> | 'joint'

export const COLUMNS: readonly Column[] = ['land', 'works', 'construction', 'completion', 'joint']
export const KINDS = ['all', 'green', 'joint', 'stage'] as const
export type Kind = (typeof KINDS)[number]

const of: Record<Kind, (item: Item) => boolean> = {
  all: ({ stage, green, members }) => stage !== null || green || members.length > 0,
  green: ({ green }) => green,
  joint: ({ members }) => members.length > 0,
  stage: ({ stage }) => stage !== null,
}

/** The items of projects: of a stage of construction, by the green channel, or reviewed by several agencies together. */
export const itemsOf = (items: readonly Item[], kind: Kind): Item[] => items.filter(of[kind])

/** A stage has its column; what is reviewed jointly or comes by the green channel beside all stages stands in the last. */
export const columnOf = (item: Item | undefined): Column => item?.stage ?? 'joint'

/** The columns that the items of the catalogue lead to, in the order of the stages. */
export const columnsOf = (items: readonly Item[]): Column[] => COLUMNS.filter((column) => items.some((item) => columnOf(item) === column))

const URGENCY = { past: 0, running: 1, paused: 2, stopped: 3 } as const

/** The most urgent first: what is past its limit, then what ends soonest. */
export function byUrgency(cases: readonly CaseFacts[]): CaseFacts[] {
  const end = ({ clocks }: CaseFacts): number => Math.min(...clocks.filter(({ state, due_at }) => state !== 'stopped' && due_at).map(({ due_at }) => millis(due_at ?? '')), Infinity)
  return [...cases].sort((a, b) => end(a) - end(b))
}

export interface Member { code: string; /** Null while it has not been asked. */ clock: Clock | null }

/** Every member of a joint review with its clock: those the catalogue names, asked or not, and whoever was asked beside them. */
export function membersOf(item: Item | undefined, clocks: readonly Clock[]): Member[] {
  const asked = new Map<string, Clock>()
  for (const clock of clocks) if (clock.key && clock.rule.startsWith('JNT-')) asked.set(clock.key, clock)
  const codes = new Set([...(item?.members ?? []), ...asked.keys()])
  return [...codes].map((code) => ({ code, clock: asked.get(code) ?? null })).sort((a, b) => URGENCY[a.clock?.state ?? 'stopped'] - URGENCY[b.clock?.state ?? 'stopped'])
}
