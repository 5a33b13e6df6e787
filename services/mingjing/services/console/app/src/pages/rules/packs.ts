import type { RuleEntry } from '@/api'
import { t, type Word } from '@/i18n'
import { zh } from '@/i18n/zh-CN'

export interface Pack { name: string; title: string; rules: RuleEntry[] }

/** Rules by their pack, in the order the server gives, of those in which every word of `search` is found. */
export function packsOf(rules: readonly RuleEntry[], search: string): Pack[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean)
  const packs = new Map<string, Pack>()
  for (const rule of rules) {
    const text = [rule.id, rule.title, rule.pack, rule.pack_title, ...rule.basis].join(' ').toLowerCase()
    if (!words.every((word) => text.includes(word))) continue
    const pack = packs.get(rule.pack) ?? { name: rule.pack, title: rule.pack_title, rules: [] }
    pack.rules.push(rule)
    packs.set(rule.pack, pack)
  }
  return [...packs.values()]
}

export const kindTitle = (kind: string): string => (`rule.${kind}` in zh ? t(`rule.${kind}` as Word) : kind)
