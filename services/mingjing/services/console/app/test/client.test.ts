import { beforeEach, expect, it, vi } from 'vitest'
import { Problem, address, handIn, onStranger, request, setToken } from '@/client'

/* A browser knows where it is; Node has to be told what an address is relative to. */
vi.hoisted(() => {
  const Plain = globalThis.Request
  vi.stubGlobal('Request', class extends Plain { constructor(at: string, init?: RequestInit) { super(new URL(at, 'http://console.test'), init) } })
})

const sent: Request[] = []
let answer: () => Response = () => Response.json({})
beforeEach(() => {
  sent.length = 0
  answer = () => Response.json({})
  vi.stubGlobal('fetch', (asked: Request) => { sent.push(asked); return Promise.resolve().then(answer) })
})
const first = (): Request => { const [one] = sent; if (!one) throw new Error('nothing was asked'); return one }

it('leaves out what a question does not say, and says a list part by part', async () => {
  await request('get', '/v1/cards', { query: { level: ['red', 'yellow'], agency: '', rule: null, limit: 5 } })
  expect(first().url).toBe('http://console.test/v1/cards?level=red&level=yellow&limit=5')
})

it('keeps the slash of a case key, and escapes every other name', async () => {
  await request('get', '/v1/cases/{case_key}', { path: { case_key: '91/浙A 1' } })
  await request('get', '/v1/cards/{card_id}', { path: { card_id: 'a/b' } })
  expect(sent.map(({ url }) => new URL(url).pathname)).toEqual(['/v1/cases/91/%E6%B5%99A%201', '/v1/cards/a%2Fb'])
})

it('carries the token of the session with writes, and with nothing else', async () => {
  setToken('t1')
  await request('get', '/v1/session')
  await request('delete', '/v1/session')
  setToken(null)
  expect(sent.map(({ headers }) => headers.get('X-CSRF-Token'))).toEqual([null, 't1'])
})

it('says a refusal in the words of the interface, and where it lies', async () => {
  answer = () => Response.json({ title: '不能办理', detail: '请填写理由', instance: '/v1/x', errors: [{ pointer: '/body/fields/reason', detail: '请填写理由' }] }, { status: 422 })
  const fault: unknown = await request('post', '/v1/session/code', { body: { code: '1' } }).catch((each: unknown) => each)
  expect(fault).toEqual(new Problem(422, '不能办理', '请填写理由', '/v1/x', [{ pointer: '/body/fields/reason', detail: '请填写理由' }]))
})

it('tells that we are strangers where a question was refused, and not of a wrong password', async () => {
  const told = vi.fn()
  onStranger(told)
  answer = () => Response.json({}, { status: 401 })
  await request('post', '/v1/session', { body: { name: 'wang', password: 'x' } }).catch(() => undefined)
  expect(told).not.toHaveBeenCalled()
  await request('get', '/v1/status', { unattended: true }).catch(() => undefined)
  expect(told).toHaveBeenCalledOnce()
  expect(sent[1]?.headers.get('X-Mingjing-Unattended')).toBe('1')
})

it('has no words of its own for a broken line, and keeps those of a question that was given up', async () => {
  answer = () => { throw new TypeError('Failed to fetch') }
  expect(await request('get', '/v1/status').catch((each: unknown) => each)).toEqual(new Problem(0, '', ''))
  const end = new AbortController()
  answer = () => { end.abort(); throw new DOMException('given up', 'AbortError') }
  expect(await request('get', '/v1/status', { signal: end.signal }).catch((each: Error) => each.name)).toBe('AbortError')
})

it('hands in a file as it is', async () => {
  await handIn('/v1/uploads/header', { query: { standard: 'up-pro', object: 'case' }, file: new Blob(['a,b']) })
  expect(await first().text()).toBe('a,b')
  expect(first().headers.get('Content-Type')).toBe('application/octet-stream')
})

it('writes the address of a document with what it is named by', () => {
  expect(address('/v1/cards/{card_id}/documents/{kind}.{form}', { step: 's 1' }, { card_id: 'c1', kind: 'notice', form: 'pdf' })).toBe('/v1/cards/c1/documents/notice.pdf?step=s+1')
})

/* Never run: that it compiles is the test (`npm run check`). */
export const refusedBeforeItRuns = [
  // @ts-expect-error there is no such path
  () => request('get', '/v1/card'),
  // @ts-expect-error there is no such method on this path
  () => request('delete', '/v1/cards'),
  // @ts-expect-error there is no such parameter
  () => request('get', '/v1/cards', { query: { regoin: '33' } }),
  // @ts-expect-error a path is not asked without the name it holds
  () => request('get', '/v1/cards/{card_id}'),
  // @ts-expect-error a parameter that must be there is missing
  () => request('get', '/v1/case-clocks', { query: { on: '2026-03-01' } }),
  // @ts-expect-error a body of another shape
  () => request('post', '/v1/session', { body: { user: 'wang', password: 'x' } }),
  // @ts-expect-error there is no such header
  () => request('post', '/v1/card-actions', { body: { actions: [] }, header: { 'Idempotency-Kee': 'k' } }),
  // @ts-expect-error a link has no such parameter
  () => address('/v1/reconciliation', { agencie: '91' }),
]
