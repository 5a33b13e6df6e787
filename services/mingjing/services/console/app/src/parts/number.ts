import { t } from '@/i18n'

/** What tells a case from its neighbours: its number, as short as it can be; what is found across cases has none. */
export const numberOf = (caseKey: string): string => (caseKey.startsWith('across/') ? t('case.across') : shortNumber(caseKey.slice(caseKey.indexOf('/') + 1)))

/** The end of a case number that tells it from its neighbours: `…20260915-0037` of a national number, all of a short one. */
export function shortNumber(subject: string): string {
  if (subject.length <= 18) return subject
  const national = /(\d{8})(\d{4})$/.exec(subject)
  return national ? `…${national[1]}-${national[2]}` : `…${subject.slice(-14)}`
}
