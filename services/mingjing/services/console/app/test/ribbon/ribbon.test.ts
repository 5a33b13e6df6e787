import { describe, expect, it } from 'vitest'
import { fileOf, held } from '../../mock/cases'
import { clocksOf } from '../../mock/clock'
import { layout, leastWidth, MIN_CELL, textWidth, type Layout, type Plan } from '@/ribbon/geometry'
import { miniLayout } from '@/ribbon/mini'
import { bandsOf, firstBand, planOf, promisedAt, statutoryAt } from '@/ribbon/plan'
import { millis } from '@/time/instant'

const file = fileOf(held[0]!.facts.case_key)!
const band = firstBand(bandsOf(file.review.clocks))!
const known = { title: (type: string) => type, flag: (card: { title: string }) => card.title, levels: () => ['warning', 'yellow', 'red'] as const }
const plan = planOf(band, file.events, file.cards, millis(file.now), known)
const wide = 1140
const drawn = layout(plan, wide)
const cell = (date: string, figure: Layout = drawn) => figure.cells.find((each) => each.date === date)!

describe('the cells of a ribbon', () => {
  it('are one a natural day, all of one width, with one day before the start', () => {
    expect(drawn.cells).toHaveLength(plan.days.length + 1)
    expect(drawn.cells[0]).toMatchObject({ date: '2026-09-14', kind: 'before' })
    const steps = drawn.cells.slice(1).map((each, i) => each.x - drawn.cells[i]!.x)
    expect(Math.max(...steps) - Math.min(...steps)).toBeLessThan(1e-6)
  })

  it('carry the numbers of the server, day by day', () => {
    const shown = drawn.cells.filter(({ kind }) => kind === 'counted').map(({ date, day }) => [date, day!.n])
    expect(shown).toEqual(plan.days.filter(({ counted }) => counted).map(({ date, n }) => [date, n]))
  })

  it('mark the day of the start, which is not counted', () => {
    expect(cell('2026-09-15').kind).toBe('start')
    expect(cell('2026-09-16').day?.n).toBe(1)
  })

  it('count 10 October, worked in exchange, and not the holiday before it', () => {
    expect(cell('2026-10-10').kind).toBe('counted')
    for (let day = 1; day <= 7; day += 1) expect(cell(`2026-10-0${day}`).kind).toBe('holiday')
  })

  it('draw a weekend inside a pause as a weekend', () => {
    expect(cell('2026-09-18').kind).toBe('pause')
    expect(cell('2026-09-19').kind).toBe('weekend')
  })

  it('fill what has gone: all of yesterday, today to this minute, nothing of tomorrow', () => {
    expect(cell('2026-10-13').part).toBe(1)
    expect(cell('2026-10-14').part).toBeCloseTo((15 * 60 + 20) / 1440, 2)
    expect(cell('2026-10-15').part).toBe(0)
  })

  it('are filled no further than the finish', () => {
    const done = layout({ ...plan, finishAt: millis('2026-10-08T12:00:00+08:00') }, wide)
    expect(cell('2026-10-08', done).part).toBe(0.5)
    expect(cell('2026-10-13', done).part).toBe(0)
  })

  it('never grow narrower than can be read', () => {
    expect(layout(plan, 300).width).toBe(leastWidth(plan.days.length))
    expect(layout(plan, 300).cell).toBeGreaterThanOrEqual(MIN_CELL - 0.01)
  })
})

describe('the lines of the clocks', () => {
  it('stand at the right edge of the last day in time', () => {
    const [promised, statutory] = drawn.lines
    expect(promised!.x2).toBeCloseTo(cell('2026-10-08').x + drawn.cell, 6)
    expect(statutory!.x2).toBeCloseTo(cell('2026-10-23').x + drawn.cell, 6)
  })

  it('keep their notes off their names', () => {
    for (const line of drawn.lines) {
      const noteStart = line.noteEnd ? line.noteX - textWidth(line.note) : line.noteX
      expect(noteStart).toBeGreaterThan(line.x1 + 12 + textWidth(line.name))
    }
  })

  it('put the note after the line where a short clock leaves no room before it', () => {
    const short = clocksOf({ rule: 'TL-04', title: '办结时限', start: '2026-10-12T15:40:00', limits: { promised: 1, statutory: 20 }, stops: [], finish: null, now: '2026-10-14T15:20:07' })
    const tight = layout(planOf(bandsOf(short)[0]!, [], [], millis(file.now), known), wide)
    expect(tight.lines[0]!.noteEnd).toBe(false)
  })
})

describe('now', () => {
  it('moves with time', () => {
    const later = layout({ ...plan, now: plan.now + 3_600_000 }, wide)
    expect(later.now!.x - drawn.now!.x).toBeCloseTo(drawn.cell / 24, 6)
  })

  it('turns its plate to the left at the right edge', () => {
    const end = layout({ ...plan, now: millis('2026-10-26T20:00:00+08:00') }, wide)
    expect(end.now!.plateX).toBeLessThan(end.now!.x - 90)
  })
})

describe('what stands on the ribbon', () => {
  const crowded = (n: number): Plan => ({ ...plan, pins: Array.from({ length: n }, (_, i) => ({ at: plan.startAt + i * 600_000, text: '环节开始' })) })

  it('keeps the labels of pins from running into each other', () => {
    const placed = layout(crowded(8), wide).pins.filter(({ text }) => text !== null)
    expect(placed.length).toBe(3)
    expect(new Set(placed.map(({ y }) => y)).size).toBe(3)
  })

  it('keeps a pin from before the first day at the edge and says it is earlier', () => {
    const early = layout({ ...plan, pins: [{ at: millis('2026-08-01T10:00:00+08:00'), text: '申请' }] }, wide)
    expect(early.pins[0]).toMatchObject({ outside: true, text: '申请' })
    expect(early.pins[0]!.x).toBeGreaterThan(0)
  })

  it('gathers what lies before or after its days, and tells in the tooltip what that was', () => {
    const event = (time: string, type: string) => ({ id: type, source: '', type, subject: '', time: `${time}T10:00:00+08:00` })
    const events = [event('2026-08-01', '申请'), event('2026-08-03', '补正'), event('2026-09-16', '审查'), event('2026-12-01', '送达')]
    const { pins } = planOf(band, events, [], millis(file.now), known)
    expect(pins.map(({ text, title }) => [text, title])).toEqual([['此前 2 条', '申请，补正'], ['审查', undefined], ['送达', undefined]])
  })

  it('puts a label before its pin where there is room only there', () => {
    const late = layout({ ...plan, pins: [{ at: millis('2026-10-26T12:00:00+08:00'), text: '办结（作出决定）' }] }, wide)
    expect(late.pins[0]).toMatchObject({ text: '办结（作出决定）', before: true })
  })

  it('leaves a withdrawn card off and shows the card that would come next as a ghost', () => {
    const withdrawn = planOf(band, [], file.cards.map((card) => ({ ...card, status: 'withdrawn' as const })), millis(file.now), known)
    expect(withdrawn.flags.filter(({ ghost }) => !ghost)).toEqual([])
    expect(withdrawn.flags).toMatchObject([{ level: 'red', ghost: true, at: statutoryAt(band.clocks) }])
  })

  it('shows no ghost once the case is decided', () => {
    const clocks = clocksOf({ rule: 'TL-04', title: '办结时限', start: '2026-10-09T11:00:00', limits: { promised: 3, statutory: 6 }, stops: [], finish: '2026-10-13T11:00:00', now: '2026-10-14T15:20:07' })
    expect(planOf(bandsOf(clocks)[0]!, [], [], millis(file.now), known).flags).toEqual([])
  })
})

describe('of the clocks of a case the first shown', () => {
  const at = (start: string) => `${start}T09:00:00+08:00`
  const clocks = (rule: string, start: string, limits: { promised?: number; statutory?: number; limit?: number }, finish: string | null = null) =>
    clocksOf({ rule, title: rule, start: at(start).slice(0, 19), limits, stops: [], finish, now: '2026-10-14T15:20:07' })
  const bands = bandsOf([
    ...clocks('TL-01', '2026-09-15', { limit: 5 }, '2026-09-16T10:00:00'), ...clocks('TL-04', '2026-09-16', { promised: 8, statutory: 20 }),
    ...clocks('SUS-03', '2026-09-17', { limit: 4 }, '2026-09-22T10:00:00'), ...clocks('SUS-03', '2026-10-09', { limit: 4 }),
  ])

  it('is that of the card that is explained', () => {
    expect(firstBand(bands, { rule: 'TL-01', violated_at: at('2026-10-01') })?.rule).toBe('TL-01')
  })

  it('is, of a rule that ran again, the run in which the card was drawn', () => {
    expect(firstBand(bands, { rule: 'SUS-03', violated_at: at('2026-09-23') })?.clocks[0]!.start_at).toContain('2026-09-17')
    expect(firstBand(bands, { rule: 'SUS-03', violated_at: at('2026-10-14') })?.clocks[0]!.start_at).toContain('2026-10-09')
  })

  it('is the one with a promise where the card rests on no clock, and where there is no card', () => {
    expect(firstBand(bands, { rule: 'NTC-01', violated_at: at('2026-10-01') })?.rule).toBe('TL-04')
    expect(firstBand(bands)?.rule).toBe('TL-04')
  })
})

describe('the small ribbon', () => {
  const mini = { days: plan.days, now: plan.now, finishAt: null, promisedAt: promisedAt(band.clocks), statutoryAt: statutoryAt(band.clocks), whole: false }

  it('reaches to the statutory end once the promise is past', () => {
    expect(miniLayout(mini, 132).cells).toHaveLength(39)
    expect(miniLayout({ ...mini, now: millis('2026-09-24T10:00:00+08:00') }, 132).cells).toHaveLength(24)
  })

  it('keeps every line inside its width', () => {
    const figure = miniLayout(mini, 132)
    for (const x of [figure.promised, figure.statutory, figure.now]) expect(x).toBeLessThanOrEqual(131)
  })
})
