/* How figures of a report are written. */
import type { Figure, IndicatorLine } from '@/api'
import { SMALL, thousands } from '@/figures'

export function written(form: IndicatorLine['form'], figure: Figure | null): string {
  if (!figure || figure.value === null) return '—'
  if (form === 'ratio') return `${figure.value.toFixed(2)}%`
  if (form === 'sum') return figure.value.toFixed(1)
  return form === 'mean' ? figure.value.toFixed(2) : thousands(figure.value)
}

export function fraction(figure: Figure): string {
  if (figure.numerator !== null && figure.denominator) return `${thousands(figure.numerator)} / ${thousands(figure.denominator)}`
  return figure.numerator === null && figure.n > 0 ? `n = ${thousands(figure.n)}` : '—'
}

export const small = (form: IndicatorLine['form'], figure: Figure): boolean =>
  (form === 'ratio' || form === 'mean') && figure.value !== null && figure.n < SMALL

/** The change since `before`: `up`, `down` or nothing, and by how much. */
export function change(line: IndicatorLine, before: Figure | null): { way: '' | 'up' | 'down'; by: string; good: boolean | null } {
  if (!before || before.value === null || line.now.value === null) return { way: '', by: '', good: null }
  const by = Math.round((line.now.value - before.value) * 100) / 100
  if (by === 0) return { way: '', by: '', good: null }
  const good = line.better === 'none' ? null : by > 0 === (line.better === 'high')
  return { way: by > 0 ? 'up' : 'down', by: line.form === 'count' || line.form === 'split' ? thousands(Math.abs(by)) : Math.abs(by).toFixed(2), good }
}
