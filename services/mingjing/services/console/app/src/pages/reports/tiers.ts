/* The five tiers of regions, and how their codes tell which they are of. */
export const TIERS = ['省', '市', '县', '镇', '村'] as const
export type Tier = (typeof TIERS)[number]

const USUAL: Tier = '县'
/** How many figures of a code say where a region of each tier lies. */
const WIDTHS: readonly (readonly [number, Tier])[] = [[2, '市'], [4, '县'], [6, '镇'], [12, '村']]

/** The tier below the region that `code`, or the part of it that is used, stands for. */
export function tierBelow(code: string): Tier {
  const used = code.replace(/0+$/, '').length
  return used === 0 ? USUAL : (WIDTHS.find(([width]) => used <= width)?.[1] ?? '村')
}
