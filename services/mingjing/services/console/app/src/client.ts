/* The client of the API: generated types over openapi-fetch, so that a path or a parameter there is none of does not compile.
   What every question has in common — the session's token, refusals told as a `Problem` — is middleware. */
import createClient, { type FetchResponse, type Middleware } from 'openapi-fetch'
import type { paths } from './openapi.ts'

/** An answer that is not the one asked for, in the API's words (RFC 9457) or ours when it gave none. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly title: string,
    readonly detail: string,
    readonly instance: string | null = null,
    /** What is wrong, by where: `/body/fields/ground`. */
    readonly errors: readonly { pointer: string; detail: string }[] = [],
  ) {
    super(`${title} ${detail}`.trim())
  }
}

type Value = string | number | boolean | readonly string[] | null | undefined
export type Query = Record<string, Value>

/** The parts of `query` that say something, in their given order; a list is said part by part. */
export function written(query: object): string {
  const parts = Object.entries<Value>(query as Query).filter(([, value]) => value !== null && value !== undefined && value !== '')
  return new URLSearchParams(parts.flatMap(([name, value]) => [value].flat().map((each) => [name, String(each)]))).toString()
}

/** A case key holds a slash that belongs to the path; every other reserved character is escaped. */
export const casePath = (key: string): string => key.split('/').map(encodeURIComponent).join('/')

const filled = (path: string, names: Record<string, unknown>): string =>
  Object.entries(names).reduce((text, [name, value]) => text.replace(`{${name}}`, name === 'case_key' ? casePath(String(value)) : encodeURIComponent(String(value))), path)

export type Method = 'get' | 'put' | 'post' | 'delete' | 'patch'
export type PathOf<M extends Method> = { [P in keyof paths]: paths[P] extends Record<M, object> ? P : never }[keyof paths]
type Operation<M extends Method, P extends PathOf<M>> = paths[P] extends Record<M, infer O extends Record<string | number, unknown>> ? O : never
/** The names are the API's; what stands in an address was typed by somebody, and is for the API to refuse. */
type Named<Q> = Q extends object ? { [Name in keyof Q]: Value } : Q
type Parameters<O> = O extends { parameters: infer A } ? { [Part in keyof A]: Part extends 'query' ? Named<A[Part]> : A[Part] } : object
type Body<O> =
  O extends { requestBody: { content: { 'application/json': infer B } } } ? { body: B }
  : O extends { requestBody?: { content: { 'application/json': infer B } } } ? { body?: B }
  : { body?: never }
interface Manner {
  signal?: AbortSignal
  /** Asked by the page and not by a person: it keeps no session alive. */
  unattended?: boolean
}
type Wish<M extends Method, P extends PathOf<M>> = Parameters<Operation<M, P>> & Body<Operation<M, P>> & Manner
type Given<W> = object extends W ? [wish?: W] : [wish: W]
export type Answer<M extends Method, P extends PathOf<M>> = NonNullable<FetchResponse<Operation<M, P>, object, 'application/json'>['data']>

type QueryOf<O> = O extends { parameters: { query?: infer Q } } ? ([NonNullable<Q>] extends [never] ? Record<string, never> : Partial<Named<NonNullable<Q>>>) : never

/** The address of what can be read, for a link; `names` fill the path. */
export function address<P extends PathOf<'get'>>(path: P, query: QueryOf<Operation<'get', P>>, names: Record<string, string> = {}): string {
  const text = written(query)
  return filled(path, names) + (text ? `?${text}` : '')
}

/** The token every write of this session carries. */
let token: string | null = null
export const setToken = (given: string | null): void => { token = given }

/** Is told when the API no longer knows who we are. */
let stranger = (): void => undefined
export const onStranger = (told: () => void): void => { stranger = told }
export const tellStranger = (): void => stranger()

async function problemOf(answer: Response): Promise<Problem> {
  const body: unknown = await answer.json().catch(() => null)
  const said = (body ?? {}) as { title?: string; detail?: string; instance?: string; errors?: { pointer: string; detail: string }[] }
  return new Problem(answer.status, said.title ?? '', said.detail ?? '', said.instance ?? null, said.errors ?? [])
}

const signed: Middleware = {
  onRequest({ request }) {
    request.headers.set('Accept', 'application/json')
    if (request.method !== 'GET' && token) request.headers.set('X-CSRF-Token', token)
  },
}
const refused: Middleware = {
  async onResponse({ request, response, schemaPath }) {
    // Whoever asks who they are is told so; what a wrong password is told is for the form.
    if (response.status === 401 && request.method === 'GET' && schemaPath !== '/v1/session') tellStranger()
    if (!response.ok) throw await problemOf(response)
  },
  onError({ request, error }) {
    return request.signal.aborted ? (error as Error) : new Problem(0, '', '')
  },
}

const client = createClient<paths>({ querySerializer: written, pathSerializer: filled, fetch: (request) => globalThis.fetch(request) })
client.use(signed, refused)

async function told(method: Method, path: string, { query, path: names, header, body, signal, unattended }: Record<string, unknown>, more: object = {}): Promise<unknown> {
  const init = {
    params: { query, path: names, header },
    ...(body === undefined ? {} : { body }),
    ...(signal ? { signal } : {}),
    ...(unattended ? { headers: { 'X-Mingjing-Unattended': '1' } } : {}),
    ...more,
  }
  return (await client.request(method, path as never, init as never) as { data?: unknown }).data
}

/** Asks anything of the API; an empty answer is `undefined`, any but the one asked for a `Problem`. */
export const request = <M extends Method, P extends PathOf<M>>(method: M, path: P, ...[wish]: Given<Wish<M, P>>): Promise<Answer<M, P>> =>
  told(method, path, { ...wish }) as Promise<Answer<M, P>>

/** Hands in a file as it is. */
export const handIn = <P extends PathOf<'post'>>(path: P, wish: Parameters<Operation<'post', P>> & { file: Blob }): Promise<Answer<'post', P>> =>
  told('post', path, { ...wish, body: wish.file }, { bodySerializer: (file: Blob) => file, headers: { 'Content-Type': 'application/octet-stream' } }) as Promise<Answer<'post', P>>
