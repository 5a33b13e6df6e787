/* How the points of an assessment come together, as the document states them: decimals in text. */
import type { AssessmentPoints, AssessmentResult } from '@/api'

const sum = (lines: readonly AssessmentPoints[], part: 'points' | 'full'): string =>
  lines.reduce((total, line) => total + Number(line[part]), 0).toFixed(2)

export interface Reckoning { earned: string; full: string; beyond: string }

/** Points earned of those that could be, and what was given or taken beyond them. */
export function reckoning(lines: readonly AssessmentPoints[]): Reckoning {
  const counted = lines.filter(({ counted, full }) => counted && Number(full) > 0)
  return { earned: sum(counted, 'points'), full: sum(counted, 'full'), beyond: sum(lines.filter(({ full }) => Number(full) === 0), 'points') }
}

/** Whether there was any business that points are given for. */
export const scored = ({ assessed }: AssessmentResult): boolean => assessed.lines.some(({ counted, full }) => counted && Number(full) > 0)

export interface Standings { ranked: AssessmentResult[]; held: AssessmentResult[]; idle: AssessmentResult[] }

/** Those that have a rank, those that have points and none, and those that had no business. */
export function standings(results: readonly AssessmentResult[]): Standings {
  const without = results.filter(({ assessed }) => assessed.rank === null)
  return {
    ranked: results.filter(({ assessed }) => assessed.rank !== null),
    held: without.filter(({ assessed }) => assessed.lines.length > 0),
    idle: without.filter(({ assessed }) => assessed.lines.length === 0),
  }
}

/** Whether several share a rank. */
export const tied = (ranked: readonly AssessmentResult[]): boolean => new Set(ranked.map(({ assessed }) => assessed.rank)).size < ranked.length
