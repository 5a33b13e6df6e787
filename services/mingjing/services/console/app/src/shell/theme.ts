import { ref, watchEffect } from 'vue'
import { keep, kept } from '@/keep'

export type Theme = 'light' | 'dark'

const system = matchMedia('(prefers-color-scheme: dark)')
const wish = kept('theme')
export const theme = ref<Theme>(wish === 'dark' || wish === 'light' ? wish : system.matches ? 'dark' : 'light')

system.addEventListener('change', ({ matches }) => {
  if (kept('theme') === null) theme.value = matches ? 'dark' : 'light'
})
watchEffect(() => { document.documentElement.dataset.theme = theme.value })

export function setTheme(to: Theme): void {
  theme.value = to
  keep('theme', to)
}

/** Paper is white: a dark screen is printed light. */
export function printLight(): () => void {
  const before = (): void => { document.documentElement.dataset.theme = 'light' }
  const after = (): void => { document.documentElement.dataset.theme = theme.value }
  addEventListener('beforeprint', before)
  addEventListener('afterprint', after)
  return () => {
    removeEventListener('beforeprint', before)
    removeEventListener('afterprint', after)
  }
}
