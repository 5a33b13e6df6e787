import { ref } from 'vue'
import { keep, kept } from '@/keep'
import { en } from './en'
import { zh } from './zh-CN'

export type Word = keyof typeof zh
export type Language = 'zh' | 'en'

export const language = ref<Language>(kept('language') === 'en' ? 'en' : 'zh')

export function setLanguage(wish: Language): void {
  language.value = wish
  keep('language', wish)
}

/** The text of `word` in the language of the screen, with `{name}` replaced from `values`. */
export function t(word: Word, values: Record<string, string | number> = {}): string {
  const text: string = (language.value === 'zh' ? zh : en)[word]
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole))
}
