import { effectScope } from 'vue'
import { expect, it, vi } from 'vitest'
import { usePaged, type Page } from '@/paged'

const answers = (...pages: (Page<string> | Error)[]): ((cursor: string | undefined) => Promise<Page<string>>) => {
  const left = [...pages]
  return () => { const next = left.shift(); return next instanceof Error || !next ? Promise.reject(next ?? new Error('asked too often')) : Promise.resolve(next) }
}
const listed = (ask: (cursor: string | undefined) => Promise<Page<string>>): ReturnType<typeof usePaged<string>> => {
  const paged = effectScope().run(() => usePaged(ask, (each) => each))
  if (!paged) throw new Error('the scope has ended')
  return paged
}

it('goes on from where a list ended, and shows nothing twice that moved meanwhile', async () => {
  const ask = vi.fn(answers({ items: ['a', 'b'], next_cursor: '2' }, { items: ['b', 'c'], next_cursor: null }))
  const { items, onward } = listed(ask)
  await vi.waitFor(() => expect(onward.cursor.value).toBe('2'))
  await onward.fetch()
  expect(items.value).toEqual(['a', 'b', 'c'])
  expect(ask.mock.calls.map(([cursor]) => cursor)).toEqual([undefined, '2'])
  await onward.fetch()
  expect(ask).toHaveBeenCalledTimes(2)
})

it('keeps what it has and says why when the next page does not come', async () => {
  const { items, onward } = listed(answers({ items: ['a'], next_cursor: '2' }, new Error('断线'), { items: ['b'], next_cursor: null }))
  await vi.waitFor(() => expect(onward.cursor.value).toBe('2'))
  await onward.fetch()
  expect([items.value, onward.problem.value?.detail]).toEqual([['a'], 'Error: 断线'])
  await onward.fetch()
  expect([items.value, onward.problem.value]).toEqual([['a', 'b'], null])
})

it('drops a next page that was asked for before the list began anew', async () => {
  let release: (page: Page<string>) => void = () => undefined
  const late = new Promise<Page<string>>((resolve) => { release = resolve })
  const pages = [Promise.resolve({ items: ['a'], next_cursor: '2' }), late, Promise.resolve({ items: ['z'], next_cursor: null })]
  const { items, first, onward } = listed(() => pages.shift() ?? Promise.reject(new Error('asked too often')))
  await vi.waitFor(() => expect(onward.cursor.value).toBe('2'))
  const going = onward.fetch()
  await first.reload()
  release({ items: ['b'], next_cursor: null })
  await going
  expect(items.value).toEqual(['z'])
})

it('reads anew as much as is shown, with what was changed in its place', async () => {
  const changed = [{ items: ['a', 'B'], next_cursor: '2' }, { items: ['c'], next_cursor: '3' }]
  const { items, again, onward } = listed(answers({ items: ['a', 'b'], next_cursor: '2' }, { items: ['c'], next_cursor: '3' }, ...changed))
  await vi.waitFor(() => expect(onward.cursor.value).toBe('2'))
  await onward.fetch()
  await again()
  expect([items.value, onward.cursor.value]).toEqual([['a', 'B', 'c'], '3'])
})
