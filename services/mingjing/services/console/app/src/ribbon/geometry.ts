/* Where everything of a time-limit ribbon lies. One cell is one natural day, all of one
   width; inside a day, place is in proportion to the time. Which days count, and their
   numbers, are the server's: nothing here counts a day. */
import type { Level, RibbonDay } from '@/api'
import { dayAt, dayNumber, dayPoint } from '@/time/instant'

export type CellKind = 'before' | 'start' | 'weekend' | 'holiday' | 'pause' | 'idle' | 'counted'

export interface Cell {
  date: string
  day: RibbonDay | null
  kind: CellKind
  x: number
  /** The part of a counted day that has gone, 0 to 1. */
  part: number
}

export interface Span { x1: number; x2: number; text: string }
export interface Pin { x: number; y: number; text: string | null; before: boolean; title: string; outside: boolean }
export interface Flag { x: number; level: Level; ghost: boolean; text: string | null; before: boolean; title: string }
export interface Line { kind: 'promised' | 'statutory' | 'limit'; y: number; x1: number; x2: number; name: string; note: string; noteX: number; noteEnd: boolean }

export interface Plan {
  days: readonly RibbonDay[]
  startAt: number
  now: number
  /** Where the clock stopped, when it has. */
  finishAt: number | null
  pauses: readonly { begin: number; end: number | null }[]
  lines: readonly { kind: Line['kind']; dueAt: number; name: string; note: string }[]
  pins: readonly { at: number; text: string; title?: string }[]
  flags: readonly { at: number; level: Level; text: string; ghost?: boolean }[]
  nowText: string
}

export interface Layout {
  width: number
  height: number
  cell: number
  band: { y: number; h: number }
  flagY: number
  axis: number
  cells: Cell[]
  months: { x: number; month: number; rule: boolean }[]
  runs: Span[]
  pauseNames: Span[]
  brackets: { x1: number; x2: number }[]
  lines: Line[]
  now: { x: number; plateX: number } | null
  pins: Pin[]
  flags: Flag[]
}

const MARGIN = 4
const ROWS = 3
const PIN_TOP = 4
const PIN_ROW = 19
/* Under the last row of labels and over the flags. */
const LOW = PIN_TOP + ROWS * PIN_ROW - 9
const BAND = 42
const PLATE = 98
export const MIN_CELL = 22

/** Width of `text` at 11.5 px in the console's sans face, near enough to keep labels apart. */
export const textWidth = (text: string): number =>
  [...text].reduce((sum, letter) => sum + (letter > '\u2e80' ? 11.6 : 6.6), 0)

/** The least width at which `days` can still be read. */
export const leastWidth = (days: number): number => (days + 1) * MIN_CELL + MARGIN * 2

export function layout(plan: Plan, room: number): Layout {
  const cells = cellsOf(plan)
  const first = dayNumber(cells[0]?.date ?? '1970-01-01')
  const width = Math.max(room, leastWidth(plan.days.length))
  const cell = (width - MARGIN * 2) / Math.max(1, cells.length)
  const left = MARGIN
  const right = width - MARGIN
  const x = (ms: number): number => left + (dayPoint(ms) - first) * cell
  cells.forEach((each, i) => { each.x = left + i * cell })

  const flagY = PIN_TOP + ROWS * PIN_ROW + 4
  const band = { y: flagY + 20, h: BAND }
  const axis = band.y + band.h
  const months = monthsOf(cells)
  const lines = linesOf(plan, x, cell, axis + 64, width)
  return {
    width, cell, band, flagY, axis, cells, months, lines,
    height: axis + 64 + Math.max(1, lines.length) * 24 - 6,
    runs: runsOf(cells, cell, (each) => (each.kind === 'holiday' ? each.day?.name ?? null : null)),
    pauseNames: runsOf(cells, cell, (each) => (each.day && !each.day.over_cap && each.kind !== 'holiday' ? each.day.paused : null)),
    brackets: plan.pauses.map(({ begin, end }) => ({ x1: Math.max(left, x(begin)), x2: Math.min(right, x(end ?? plan.now)) })),
    now: nowOf(x(plan.now), left, right, months),
    pins: pinsOf(plan, x, left, right),
    flags: flagsOf(plan, x, left, right),
  }
}

function cellsOf(plan: Plan): Cell[] {
  const ended = dayPoint(plan.finishAt === null ? plan.now : Math.min(plan.now, plan.finishAt))
  const days = plan.days.map((day): Cell => {
    const part = day.counted ? Math.max(0, Math.min(1, ended - dayNumber(day.date))) : 0
    return { date: day.date, day, kind: kindOf(day), x: 0, part }
  })
  const first = plan.days[0]
  return first ? [{ date: dayAt(dayNumber(first.date) - 1), day: null, kind: 'before', x: 0, part: 0 }, ...days] : days
}

/** A weekend or a holiday inside a pause is still drawn as what it is. */
export function kindOf(day: RibbonDay): Exclude<CellKind, 'before'> {
  if (day.start) return 'start'
  if (day.counted) return 'counted'
  if (day.kind === 'holiday' || day.kind === 'weekend') return day.kind
  return day.paused === null ? 'idle' : 'pause'
}

function monthsOf(cells: readonly Cell[]): Layout['months'] {
  return cells.flatMap(({ date, x }, i) =>
    i === 0 || date.endsWith('-01') ? [{ x, month: Number(date.slice(5, 7)), rule: date.endsWith('-01') }] : [])
    .filter((month, i, all) => i !== 0 || !all[1] || all[1].x - month.x > 34)
}

/** Stretches of neighbouring cells that share a name, with the name where it has room. */
function runsOf(cells: readonly Cell[], width: number, nameOf: (cell: Cell) => string | null): Span[] {
  const spans: Span[] = []
  let open: Span | null = null
  for (const cell of cells) {
    const name = nameOf(cell)
    if (open && name === open.text) {
      open.x2 = cell.x + width
      continue
    }
    open = name === null ? null : { x1: cell.x, x2: cell.x + width, text: name }
    if (open) spans.push(open)
  }
  return spans.filter((span) => textWidth(span.text) + 4 <= span.x2 - span.x1)
}

function linesOf(plan: Plan, x: (ms: number) => number, cell: number, base: number, width: number): Line[] {
  const start = plan.days.findIndex((day) => day.start)
  const x1 = MARGIN + (start + 2) * cell
  return plan.lines.map(({ kind, dueAt, name, note }, i) => {
    const x2 = x(dueAt)
    const fits = x2 - textWidth(note) - 18 > x1 + textWidth(name) + 26
    const after = !fits && x2 + textWidth(note) + 18 < width
    return { kind, name, note, x1, x2, y: base + i * 24, noteX: after ? x2 + 8 : x2 - 8, noteEnd: !after }
  })
}

function nowOf(x: number, left: number, right: number, months: Layout['months']): Layout['now'] {
  if (x < left || x > right + 1) return null
  const covers = (plateX: number): boolean => months.some((m) => m.x + 34 > plateX && m.x < plateX + PLATE)
  const onRight = x - 1
  const onLeft = x + 1 - PLATE
  const turn = onRight + PLATE > right || (covers(onRight) && !covers(onLeft) && onLeft >= left)
  return { x, plateX: turn ? onLeft : onRight }
}

/** A label stands after its pin, or before it where only there is room; a pin with neither keeps low, below all labels. */
function pinsOf(plan: Plan, x: (ms: number) => number, left: number, right: number): Pin[] {
  const ends = Array.from({ length: ROWS }, () => -Infinity)
  return [...plan.pins].sort((a, b) => a.at - b.at).map(({ at, text, title = text }) => {
    const place = x(at)
    const px = Math.min(right, Math.max(left + 4, place))
    const need = textWidth(text) + 12
    const after = ends.findIndex((end) => end < px - 4 && px + need < right + 4)
    const before = after < 0 && px - need > left ? ends.findIndex((end) => end < px - need) : -1
    const row = after < 0 ? before : after
    if (row >= 0) ends[row] = px + (after < 0 ? 8 : need + 4)
    return { x: px, y: row < 0 ? LOW : PIN_TOP + row * PIN_ROW, text: row < 0 ? null : text, before: after < 0, title, outside: place < left || place > right }
  })
}

/** Flags stand in one row. A label that would run into the next flag goes before its own; where it would run into the last one too, it is left to the tooltip. */
function flagsOf(plan: Plan, x: (ms: number) => number, left: number, right: number): Flag[] {
  const placed = plan.flags
    .map((flag) => ({ ...flag, place: x(flag.at) }))
    .filter(({ place }) => place >= left && place <= right)
    .sort((a, b) => a.place - b.place)
  let taken = left
  return placed.map(({ place, level, text, ghost = false }, i) => {
    const need = textWidth(text) + 20
    const after = need < (placed[i + 1]?.place ?? right + 6) - place
    const before = !after && place - need > taken
    taken = place + (after ? need : 10)
    return { x: place, level, ghost, text: after || before ? text : null, before, title: text }
  })
}

