/* A card in words. The reckoning is the server's; the headline is put together from clocks it counted. */
import type { Card, Clock, LifeEntry } from '@/api'
import { language, t, type Word } from '@/i18n'
import { dueNote, sayDue } from '@/ribbon/words'
import { stamp } from '@/time/instant'

/** The title with the rung of its ladder: one rule draws warning, yellow and red by different ends. */
export function cardTitle(card: Pick<Card, 'title' | 'level' | 'explain'>): string {
  const what = rung(card)
  return what ? t('card.titled', { title: card.title, what }) : card.title
}

/** The title for a flag on the ribbon, where the rule is plain and only the rung is news. */
export const cardFlag = (card: Pick<Card, 'title' | 'level' | 'explain'>): string => rung(card) ?? card.title

function rung({ level, explain: { kind, clock } }: Pick<Card, 'level' | 'explain'>): string | null {
  if (kind !== 'time-limit' || !clock || clock === 'limit') return null
  return level === 'warning' ? t('card.near') : t(`card.past.${clock}`)
}

/** One line under the card's ribbon: how far over or how much is left where the clock is known, else till when. */
export function standingLine(card: Card, clocks: readonly Clock[] = []): string {
  if (card.status === 'withdrawn') return t('card.withdrawn')
  if (card.status === 'cleared') return card.cleared_at ? t('card.clearedAt', { at: stamp(card.cleared_at) }) : t('status.cleared')
  const clock = clocks.find(({ rule, clock: kind, state }) => rule === card.rule && kind === card.explain.clock && state !== 'stopped')
  if (clock && clock.days_left !== null && clock.days_left < 0) return t(clock.clock === 'limit' ? 'clock.overPlain' : 'clock.overShort', { clock: t(`clockKind.${clock.clock}`), n: -clock.days_left })
  if (clock && clock.days_left !== null) return dueNote(clock)
  if (card.explain.over) return t('clock.stoppedOver', { n: card.explain.over })
  return card.due_at ? t('card.due', { due: sayDue(card.due_at) }) : t('card.since', { at: stamp(card.violated_at) })
}

/** The server's reckoning, line by line; each may open with a word and a colon. */
export function reckoning(card: Pick<Card, 'explain'>): string[] {
  return card.explain.sentences?.[language.value] ?? []
}

/** `起算：…` as its word and the rest; a line without such a word has none. */
export function parted(line: string): { word: string | null; rest: string } {
  const match = /^([\u4e00-\u9fff]{2,4})：(.+)$/s.exec(line)
  return match ? { word: match[1] ?? null, rest: match[2] ?? '' } : { word: null, rest: line }
}

/** What is found and by when what would change it. Where no clock tells, the first line of the reckoning is the finding. */
export function headline(card: Card, clocks: readonly Clock[]): string {
  const mine = clocks.filter(({ rule }) => rule === card.rule)
  const broken = mine.find(({ clock }) => clock === card.explain.clock) ?? mine[0]
  if (!broken?.due_at || card.status !== 'standing') return reckoning(card).at(card.explain.kind === 'time-limit' ? -1 : 0) ?? t('say.violated', { at: stamp(card.violated_at), level: t(`level.${card.level}`) })
  const clock = t(`clockName.${broken.clock}`)
  const due = sayDue(broken.due_at)
  if (broken.finish_at) return t('say.finished', { clock, due, at: stamp(broken.finish_at), standing: dueNote(broken) })
  const ahead = card.level === 'warning' ? broken : mine.find(({ clock: kind, state }) => kind === 'statutory' && state !== 'past' && kind !== broken.clock)
  const remedy = ahead?.due_at ? t(card.level === 'warning' ? 'say.noYellow' : 'say.noRed', { due: sayDue(ahead.due_at) }) : ''
  return t('say.due', { clock, due, standing: dueNote(broken) }) + remedy
}

/** What became of the card, where something has. */
export function outcome(card: Card): string {
  if (card.status === 'withdrawn') return t('say.withdrawn')
  if (card.status === 'cleared') return t('say.cleared', { at: stamp(card.cleared_at) })
  return card.issue === 'confirm' ? t('say.confirm') : ''
}

/** What a step was; what waits to be confirmed has been found, not drawn, and what opened another round was found anew. */
export function stepOf({ verb, stage, round, level }: LifeEntry): string {
  if (verb !== 'draw' || stage !== 'pending') return t(`verb.${verb}` as Word)
  return round > 1 && level ? t('life.foundAnew', { level: t(`level.${level}`) }) : t('life.found')
}

const told = (name: string, value: string): string => (name === 'level' ? t(`level.${value}` as Word) : name === 'ground' || name === 'measure' ? t(`choice.${value}` as Word) : value)

/** What somebody said when they took a step. */
export const wordsOf = (entry: LifeEntry): string => Object.entries(entry.fields).map(([name, value]) => told(name, value)).join(t('list.semicolon'))
