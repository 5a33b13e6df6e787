/* The course of a card in words: what it came to with each revision that changed it. */
import type { Card } from '@/api'
import { drawnAt } from '@/feed/merge'
import { t } from '@/i18n'
import { iso } from '@/time/instant'

export interface Turn {
  revision: number
  said: string
  /** When it came about; a withdrawal carries no instant of its own: nothing happened then but that the data came. */
  at: string | null
  standing: boolean
  /** How often the card was reckoned anew afterwards and came to the same. */
  again: number
}

/** Tells the revisions in their order; one that leaves level, status and certainty as they were is counted, not told once more. */
export function turnsOf(history: readonly Card[]): Turn[] {
  const turns: Turn[] = []
  let last: Card | undefined
  for (const each of [...history].sort((a, b) => a.revision - b.revision)) {
    const told = turns.at(-1)
    if (told && last && same(each, last)) told.again += 1
    else turns.push({ revision: each.revision, said: happened(each, last), at: happenedAt(each), standing: each.status === 'standing', again: 0 })
    last = each
  }
  return turns
}

const same = (a: Card, b: Card): boolean => a.level === b.level && a.status === b.status && a.issue === b.issue

function happenedAt(each: Card): string | null {
  if (each.status === 'withdrawn') return null
  return each.status === 'cleared' ? each.cleared_at : iso(drawnAt(each))
}

/** What waits to be confirmed has been found, not drawn. */
function happened(each: Card, before: Card | undefined): string {
  if (each.status === 'withdrawn') return t('card.withdrawn')
  if (each.status === 'cleared') return t('life.cleared')
  const level = t(`level.${each.level}`)
  if (each.issue === 'confirm') return before?.status === 'standing' ? t('life.foundMore', { level }) : t('life.found')
  return t(before ? 'life.rose' : 'life.drawn', { level })
}
