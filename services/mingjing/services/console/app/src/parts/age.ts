import { t } from '@/i18n'
import { parts } from '@/time/instant'

/** `8 秒前`, `3 时 12 分前`: how long ago, in its greatest two units. */
export function ago(ms: number): string {
  const { days, hours, minutes, seconds } = parts(ms)
  if (days > 0) return t('ago.days', { d: days, h: hours })
  if (hours > 0) return t('ago.hours', { h: hours, m: minutes })
  if (minutes > 0) return t('ago.minutes', { m: minutes })
  return seconds > 0 ? t('ago.seconds', { s: seconds }) : t('ago.now')
}

/** How long a span is, in its greatest two units. */
export function spanText(ms: number): string {
  const { days, hours, minutes, seconds } = parts(ms)
  if (days > 0) return t('span.days', { d: days, h: hours })
  if (hours > 0) return t('span.hours', { h: hours, m: minutes })
  if (minutes > 0) return t('span.minutes', { m: minutes })
  return t('span.seconds', { s: seconds })
}
