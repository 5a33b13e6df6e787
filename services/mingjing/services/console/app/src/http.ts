/* One way to ask the API: JSON in, a typed value or a `Problem` out. */
import type { AccountPage, Assessment, CardLife, CardPage, CaseClocks, CaseFile, CasePage, CountJob, DeliveryPage, Efficiency, EnterpriseDocument, EnterpriseList, FrozenMonth, KeyPage, LetterPage, MonthChanges, OfficerDocument, Overview, ProposalPage, Reference, ReportStart, TrailPage, UploadPage, Worklist } from './api'

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

/** What went wrong, as a notice can show it; a fault that is no answer of the interface has no status. */
export const asProblem = (fault: unknown): Problem => (fault instanceof Problem ? fault : new Problem(0, '', String(fault)))

export type Query = Record<string, string | number | readonly string[] | null | undefined>

/** Returns `path` with the parts of `query` that say something, in their given order. */
export function address(path: string, query: Query = {}): string {
  const parts = Object.entries(query).filter(([, value]) => value !== null && value !== undefined && value !== '')
  const text = new URLSearchParams(parts.flatMap(([name, value]) => [value].flat().map((each) => [name, String(each)]))).toString()
  return text ? `${path}?${text}` : path
}

/** The token every write of this session carries. */
let token: string | null = null
export const setToken = (given: string | null): void => { token = given }

/** Is told when the API no longer knows who we are. */
let stranger = (): void => undefined
export const onStranger = (told: () => void): void => { stranger = told }
export const tellStranger = (): void => stranger()

interface Wish { body?: unknown; file?: Blob; signal?: AbortSignal; unattended?: boolean; more?: Record<string, string> }

async function answerTo(method: string, path: string, { body, file, signal, unattended, more = {} }: Wish): Promise<Response> {
  const headers: Record<string, string> = { Accept: 'application/json', ...more }
  if (method !== 'GET' && token) headers['X-CSRF-Token'] = token
  if (unattended) headers['X-Mingjing-Unattended'] = '1'
  if (body !== undefined) headers['Content-Type'] = 'application/json'
  try {
    const content = file ?? (body === undefined ? undefined : JSON.stringify(body))
    return await fetch(path, { method, headers, ...(content === undefined ? {} : { body: content }), ...(signal ? { signal } : {}) })
  } catch (fault) {
    if (signal?.aborted) throw fault
    throw new Problem(0, '', '')
  }
}

/** Asks anything of the API; an empty answer is `undefined`. */
export async function request<T>(method: string, path: string, body?: unknown, more: Record<string, string> = {}): Promise<T> {
  const answer = await answerTo(method, path, { body, more })
  if (!answer.ok) throw await problemOf(answer)
  return (answer.status === 204 ? undefined : await answer.json()) as T
}

/** Hands in a file as it is. */
export async function handIn<T>(path: string, query: Query, file: Blob): Promise<T> {
  const answer = await answerTo('POST', address(path, query), { file, more: { 'Content-Type': 'application/octet-stream' } })
  if (!answer.ok) throw await problemOf(answer)
  return (await answer.json()) as T
}

async function ask<T>(path: string, query: Query, signal: AbortSignal, unattended = false): Promise<T> {
  const answer = await answerTo('GET', address(path, query), { signal, unattended })
  if (answer.status === 401) tellStranger()
  if (!answer.ok) throw await problemOf(answer)
  return (await answer.json()) as T
}

async function problemOf(answer: Response): Promise<Problem> {
  const body: unknown = await answer.json().catch(() => null)
  const said = (body ?? {}) as { title?: string; detail?: string; instance?: string; errors?: { pointer: string; detail: string }[] }
  return new Problem(answer.status, said.title ?? '', said.detail ?? '', said.instance ?? null, said.errors ?? [])
}

/** A case key holds a slash that belongs to the path; every other reserved character is escaped. */
export const casePath = (key: string): string => key.split('/').map(encodeURIComponent).join('/')

/** A page that refreshes itself keeps no session alive; a wall, which hangs there to be looked at, does. */
const unattended = (): boolean => !location.pathname.startsWith('/console/wall')

export const api = {
  overview: (signal: AbortSignal, only: Query = {}) => ask<Overview>('/v1/overview', { days: 31, ...only }, signal, unattended()),
  reference: (signal: AbortSignal) => ask<Reference>('/v1/reference', {}, signal),
  cards: (query: Query, signal: AbortSignal) => ask<CardPage>('/v1/cards', query, signal),
  worklist: (signal: AbortSignal) => ask<Worklist>('/v1/cards/worklist', {}, signal, unattended()),
  card: (id: string, signal: AbortSignal) => ask<CardLife>(`/v1/cards/${encodeURIComponent(id)}`, {}, signal),
  cases: (query: Query, signal: AbortSignal) => ask<CasePage>('/v1/cases', query, signal),
  clocks: (keys: readonly string[], on: string, signal: AbortSignal) => ask<CaseClocks>('/v1/case-clocks', { case: keys, on }, signal, unattended()),
  case: (key: string, signal: AbortSignal) => ask<CaseFile>(`/v1/cases/${casePath(key)}`, {}, signal),
  enterprises: (query: Query, signal: AbortSignal) => ask<EnterpriseList>('/v1/enterprises', query, signal),
  enterprise: (code: string, signal: AbortSignal) => ask<EnterpriseDocument>(`/v1/enterprises/${encodeURIComponent(code)}`, {}, signal),
  officer: (code: string, signal: AbortSignal) => ask<OfficerDocument>(`/v1/officers/${encodeURIComponent(code)}`, {}, signal),
  reportStart: (signal: AbortSignal) => ask<ReportStart>('/v1/reports/start', {}, signal),
  frozenMonths: (year: number, signal: AbortSignal) => ask<{ items: FrozenMonth[] }>('/v1/reports/months', { year }, signal),
  monthChanges: (month: string, revision: number, signal: AbortSignal) => ask<MonthChanges>(`/v1/reports/months/${month}/${revision}/changes`, {}, signal),
  assessment: (query: Query, signal: AbortSignal) => ask<Assessment | CountJob>('/v1/reports/assessment', query, signal),
  efficiency: (query: Query, signal: AbortSignal) => ask<Efficiency | CountJob>('/v1/reports/efficiency', query, signal),
  deliveries: (query: Query, signal: AbortSignal) => ask<DeliveryPage>('/v1/deliveries', query, signal),
  accounts: (query: Query, signal: AbortSignal) => ask<AccountPage>('/v1/accounts', query, signal),
  keys: (query: Query, signal: AbortSignal) => ask<KeyPage>('/v1/keys', query, signal),
  proposals: (query: Query, signal: AbortSignal) => ask<ProposalPage>('/v1/rulebook/proposals', query, signal),
  uploads: (query: Query, signal: AbortSignal) => ask<UploadPage>('/v1/uploads', query, signal),
  trail: (query: Query, signal: AbortSignal) => ask<TrailPage>('/v1/audit', query, signal),
  letters: (query: Query, signal: AbortSignal) => ask<LetterPage>('/v1/dead-letters', query, signal),
}
