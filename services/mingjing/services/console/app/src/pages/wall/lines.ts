/* What the tables of the big screen compare. */
import type { AgencyRow, Region } from '@/api'
import { t } from '@/i18n'
import { agenciesOf, branchesOf, tiersOf } from '@/pages/overview/rollup'

export interface Line { key: string; title: string; open: number; warning: number; yellow: number; red: number; onTime: number; decided: number }

/** Regions beside each other; none where the installation knows none. */
export function regionLines(rows: readonly AgencyRow[], regions: readonly Region[], most: number): Line[] {
  const branches = branchesOf(tiersOf(rows, regions), most)
  return branches.length < 2 ? [] : branches.map((row) => ({ ...row, key: row.code + String(row.own), title: row.own ? t('tiers.own', { title: row.title }) : row.title }))
}

/** The agencies with most red cards, then yellow. */
export const agencyLines = (rows: readonly AgencyRow[], most: number): Line[] =>
  agenciesOf(rows, null, false).slice(0, most).map((row) => ({ ...row, key: row.agency, onTime: row.on_time }))
