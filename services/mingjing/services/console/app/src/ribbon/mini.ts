/* The ribbon of a table row: cells, due lines and now, without words. */
import type { RibbonDay } from '@/api'
import { dayNumber, dayPoint } from '@/time/instant'
import { kindOf, type CellKind } from './geometry'

export interface MiniCell { x: number; kind: Exclude<CellKind, 'before'>; part: number; zone: RibbonDay['zone']; overCap: boolean }
export interface MiniLayout { cell: number; cells: MiniCell[]; promised: number | null; statutory: number | null; now: number | null }

export interface MiniPlan {
  days: readonly RibbonDay[]
  now: number
  finishAt: number | null
  promisedAt: number | null
  statutoryAt: number | null
  /** Reach to the statutory end even while the promised one lies ahead. */
  whole: boolean
}

export function miniLayout(plan: MiniPlan, width: number): MiniLayout {
  const first = dayNumber(plan.days[0]?.date ?? '1970-01-01')
  const now = dayPoint(plan.now)
  const point = (ms: number | null): number | null => (ms === null ? null : dayPoint(ms))
  const promised = point(plan.promisedAt)
  const statutory = point(plan.statutoryAt)
  const reach = plan.whole || promised === null || now > promised ? statutory ?? promised : promised
  const end = Math.max(Math.ceil(plan.finishAt === null ? now : dayPoint(plan.finishAt)), Math.ceil(reach ?? now))
  const days = plan.days.filter(({ date }) => dayNumber(date) < end)
  const cell = width / Math.max(1, days.length)
  const x = (at: number | null): number | null =>
    at === null || at > first + days.length ? null : Math.max(0, Math.min(width - 1, (at - first) * cell))
  const ended = Math.min(now, point(plan.finishAt) ?? now)
  return {
    cell,
    cells: days.map((day, i) => ({
      x: i * cell,
      kind: kindOf(day),
      part: day.counted ? Math.max(0, Math.min(1, ended - dayNumber(day.date))) : 0,
      zone: day.zone,
      overCap: day.over_cap,
    })),
    promised: x(promised),
    statutory: x(statutory),
    now: x(now),
  }
}
