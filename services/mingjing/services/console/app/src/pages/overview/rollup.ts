/* Agencies summed up the five tiers: what stands in a village stands in its town, county, city and province. */
import type { AgencyRow, Region } from '@/api'
import { regionPrefix } from '@/feed/merge'

export interface Sums { open: number; warning: number; yellow: number; red: number; decided: number; onTime: number; lastAt: string | null }
export interface TierRow extends Sums { code: string; title: string; tier: string; depth: number; own: boolean; agencies: number }

const none = (): Sums => ({ open: 0, warning: 0, yellow: 0, red: 0, decided: 0, onTime: 0, lastAt: null })

export function sum(rows: readonly AgencyRow[]): Sums {
  return rows.reduce((into, row) => ({
    open: into.open + row.open,
    warning: into.warning + row.warning,
    yellow: into.yellow + row.yellow,
    red: into.red + row.red,
    decided: into.decided + row.decided,
    onTime: into.onTime + row.on_time,
    lastAt: [into.lastAt, row.last_event_at].filter((at) => at !== null).sort((a, b) => Date.parse(b) - Date.parse(a))[0] ?? null,
  }), none())
}

const inside = (code: string | null, region: string): boolean => code?.startsWith(regionPrefix(region)) ?? false

/** Regions that hold an agency, each after the one it lies in, from the smallest that holds them all. Where a region has agencies of its own beside
 *  those of regions inside it, a row `own` of the first follows its total. */
export function tiersOf(agencies: readonly AgencyRow[], regions: readonly Region[]): TierRow[] {
  const holding = [...regions]
    .filter(({ code }) => agencies.some(({ region }) => inside(region, code)))
    .sort((a, b) => a.code.localeCompare(b.code))
  const root = holding.findLast(({ code }) => agencies.every(({ region }) => inside(region, code)))
  const held = holding.filter((region) => region === root || !root || !inside(root.code, region.code))
  return held.flatMap((region) => {
    const depth = held.filter((other) => other.code !== region.code && inside(region.code, other.code)).length
    const all = agencies.filter((row) => inside(row.region, region.code))
    const own = all.filter((row) => row.region === region.code)
    const row: TierRow = { ...sum(all), ...region, depth, own: false, agencies: all.length }
    const split = own.length > 0 && own.length < all.length
    return split ? [row, { ...sum(own), ...region, depth: depth + 1, own: true, agencies: own.length }] : [row]
  })
}

/** Agencies of a region, those with most that stands first; all of them when `region` is null. */
export function agenciesOf(agencies: readonly AgencyRow[], region: string | null, own: boolean): AgencyRow[] {
  return agencies
    .filter((row) => region === null || (own ? row.region === region : inside(row.region, region)))
    .sort((a, b) => b.red - a.red || b.yellow - a.yellow || b.warning - a.warning || b.open - a.open)
}

/** The regions beside each other that together are all: from the root down, the one with most open cases is split for as long as no more than `most` come of it. */
export function branchesOf(tiers: readonly TierRow[], most: number): TierRow[] {
  const inner = (row: TierRow): TierRow[] => {
    if (row.own) return []
    const after = tiers.slice(tiers.indexOf(row) + 1)
    const end = after.findIndex(({ depth }) => depth <= row.depth)
    return after.slice(0, end < 0 ? after.length : end).filter(({ depth }) => depth === row.depth + 1)
  }
  let parts = tiers.filter(({ depth }) => depth === 0)
  for (;;) {
    const [widest] = parts.filter((row) => inner(row).length > 0 && parts.length - 1 + inner(row).length <= most).sort((a, b) => b.open - a.open)
    if (!widest) return parts
    parts = parts.flatMap((row) => (row === widest ? inner(row) : [row]))
  }
}
