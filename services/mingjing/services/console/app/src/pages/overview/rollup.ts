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

/** The first tier at which regions stand beside each other: what may be compared. */
export function branchesOf(tiers: readonly TierRow[]): TierRow[] {
  const deepest = Math.max(0, ...tiers.map(({ depth }) => depth))
  for (let depth = 0; depth <= deepest; depth += 1) {
    const rows = tiers.filter((row) => row.depth === depth)
    if (rows.length > 1) return rows
  }
  return []
}
