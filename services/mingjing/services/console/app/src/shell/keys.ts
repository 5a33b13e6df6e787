/* Single keys, as a reader of long lists wants them. They never act while something is being typed. */
import { onBeforeUnmount, onMounted, ref } from 'vue'
import { keep, kept } from '@/keep'

export type Keys = Record<string, (event: KeyboardEvent) => void>

export const singleKeys = ref(kept('keys') !== 'off')

export function setSingleKeys(wish: boolean): void {
  singleKeys.value = wish
  keep('keys', wish ? 'on' : 'off')
}

const SEQUENCE_MS = 1200
const layers: Keys[] = []
let first: { key: string; at: number } | null = null

/** Binds `keys` while the component lives; a later component's binding goes before an earlier one's. `g o` is two keys in turn. */
export function useKeys(keys: Keys): void {
  onMounted(() => layers.push(keys))
  onBeforeUnmount(() => { layers.splice(layers.indexOf(keys), 1) })
}

export function listenForKeys(): () => void {
  addEventListener('keydown', press)
  return () => removeEventListener('keydown', press)
}

function press(event: KeyboardEvent): void {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || event.isComposing) return
  const target = event.target instanceof Element ? event.target : null
  if (target?.closest('input, select, textarea, [contenteditable], [role="dialog"], [role="listbox"]')) return
  if (event.key === 'Enter' && target?.closest('a, button, summary')) return
  if (!singleKeys.value && event.key.length === 1) return
  const typed = first && event.timeStamp - first.at < SEQUENCE_MS ? `${first.key} ${event.key}` : event.key
  first = event.key === 'g' ? { key: 'g', at: event.timeStamp } : null
  const act = layers.findLast((layer) => layer[typed])?.[typed]
  if (!act) return
  event.preventDefault()
  act(event)
}
