import { t, type Word } from '@/i18n'
import { packTitle } from '@/world'

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

const PARTS: Readonly<Record<string, Word>> = { catalogue: 'version.ofCatalogue', calendar: 'version.ofCalendar', tables: 'version.ofTables', profile: 'version.ofProfile' }

/** What a part of the law is called: the catalogue, the calendar, or the pack by its title. */
export const partTitle = (name: string): string => (PARTS[name] ? t(PARTS[name]) : packTitle(name))
