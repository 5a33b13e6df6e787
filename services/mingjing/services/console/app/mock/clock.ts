/* A clock drawn day by day, in the form the API gives it. */
import type { Clock, RibbonDay } from '../src/api.ts'
import { dayOf, millis } from '../src/time/instant.ts'
import { kindOf, nameOf, next, workdays, works } from './calendar.ts'

export interface Stop { begin: string; end: string | null; cap?: number; reason: string }
export interface Course { key?: string; rule: string; title: string; start: string; limits: { promised?: number; statutory?: number; limit?: number }; stops: Stop[]; finish: string | null; now: string }

const TITLES = { promised: '承诺期限', statutory: '法定期限', limit: '期限' } as const
export const zoned = (wall: string): string => `${wall.length === 10 ? `${wall}T00:00:00` : wall.length === 16 ? `${wall}:00` : wall}+08:00`

function paused(course: Course, now: string): { days: Map<string, string>; over: Set<string> } {
  const days = new Map<string, string>()
  const over = new Set<string>()
  for (const { begin, end, cap, reason } of course.stops) {
    let used = 0
    for (let day = next(begin.slice(0, 10)); day <= (end ?? now).slice(0, 10); day = next(day)) {
      if (cap !== undefined && used >= cap) { over.add(day); continue }
      days.set(day, reason)
      if (works(day)) used += 1
    }
  }
  return { days, over }
}

export function clocksOf(course: Course): Clock[] {
  const start = course.start.slice(0, 10)
  const until = course.finish ?? course.now
  const today = until.slice(0, 10)
  const { days, over } = paused(course, course.now)
  const counts = (day: string): boolean => day > start && works(day) && !days.has(day)
  const dueOf = (n: number): string => {
    let day = start
    for (let left = n; left > 0;) if (counts((day = next(day)))) left -= 1
    return day
  }
  const entries = (['promised', 'statutory', 'limit'] as const).flatMap((kind) => {
    const n = course.limits[kind]
    return n === undefined ? [] : [{ kind, n, due: dueOf(n) }]
  })
  const last = entries.map(({ due }) => due).concat(today).sort().at(-1) ?? today
  let end = next(last)
  while (!works(end)) end = next(end)
  const zone = (day: string): RibbonDay['zone'] => {
    const past = entries.filter(({ due }) => day > due).map(({ kind }) => kind)
    return past.includes('statutory') ? 'past_statutory' : past.length > 0 ? 'past_promised' : 'in'
  }
  let n = 0
  let used = 0
  const ribbon: RibbonDay[] = []
  for (let day = start; day <= end; day = next(day)) {
    const counted = counts(day)
    n += counted ? 1 : 0
    if (day <= today) used = n
    ribbon.push({ date: day, kind: kindOf(day), name: nameOf(day), counted, n: counted ? n : null, start: day === start, paused: days.get(day) ?? null, over_cap: over.has(day), zone: zone(day) })
  }
  const open = course.stops.some(({ end: closed }) => closed === null) && course.finish === null
  return entries.map(({ kind, n: limit, due }) => ({
    rule: course.rule, title: `${course.title}（${TITLES[kind]}）`, clock: kind, key: course.key ?? null, limit: `${limit}wd`, count: 'end-of-day',
    start_at: zoned(course.start), due_at: zoned(next(due)), due_on: due,
    state: course.finish !== null ? 'stopped' : open ? 'paused' : course.now.slice(0, 10) > due ? 'past' : 'running',
    finish_at: course.finish === null ? null : zoned(course.finish), days_used: used,
    days_left: today <= due ? workdays(today, due) : -workdays(due, today),
    pauses: course.stops.map(({ begin, end: closed, cap, reason }) => ({ begin_at: zoned(begin), end_at: closed === null ? null : zoned(closed), cap: cap ?? null, reason })),
    ribbon,
  }))
}

const zh = (day: string): string => `${Number(day.slice(5, 7))} 月 ${Number(day.slice(8, 10))} 日`

/** The reckoning of a clock in the engine's sentences. */
export function sentencesOf(clock: Clock, verdict: string): { zh: string[]; en: string[] } {
  const off = clock.ribbon.filter(({ date, start }) => !start && date <= (clock.due_on ?? '')).filter(({ counted }) => !counted)
  const runs: { from: string; to: string; why: string }[] = []
  for (const day of off) {
    const why = (day.kind === 'holiday' || day.kind === 'weekend' ? day.name : day.paused) ?? '停表'
    const open = runs.at(-1)
    if (open && open.why === why && next(open.to) === day.date) open.to = day.date
    else runs.push({ from: day.date, to: day.date, why })
  }
  const start = dayOf(millis(clock.start_at))
  return {
    zh: [
      `起算：${zh(start)} ${clock.start_at.slice(11, 16)}，当日不计，${TITLES[clock.clock]} ${clock.limit.replace('wd', ' 个工作日')}。`,
      ...(runs.length > 0 ? [`不计：${runs.map(({ from, to, why }) => `${from === to ? zh(from) : `${zh(from)}至${zh(to)}`}（${why}）`).join('，')}。`] : []),
      `届满：${zh(clock.due_on ?? '')} 24:00。`,
      verdict,
    ],
    en: [`Started ${start} ${clock.start_at.slice(11, 16)}; that day is not counted; ${clock.clock} limit ${clock.limit}.`, `Ended on ${clock.due_on}.`, 'See the Chinese text for the verdict.'],
  }
}
