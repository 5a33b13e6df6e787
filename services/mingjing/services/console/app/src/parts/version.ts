import { t } from '@/i18n'

/** `yunling@2026.1 ＋3` of a version that is put together with `+`. */
export function shortVersion(version: string): string {
  const [first = '', ...more] = version.replace(/@$/, '').split('+')
  return more.length === 0 ? first : t('version.many', { first, n: more.length })
}

/** What a card was judged by, pack first, without the parts it had none of. */
export function judgedBy(versions: Readonly<Record<string, string>>): { name: string; version: string }[] {
  const order = ['pack', 'catalogue', 'calendar']
  const rank = (name: string): number => (order.includes(name) ? order.indexOf(name) : order.length)
  return Object.entries(versions)
    .filter(([, version]) => version)
    .sort(([a], [b]) => rank(a) - rank(b))
    .map(([name, version]) => ({ name, version }))
}
