/* What pages ask again and again, with the shapes of what the API's document leaves open; see `client.ts`. */
import type { Assessment, CardLife, CardPage, CaseClocks, CaseFile, CasePage, CountJob, Efficiency, TrailPage, Worklist } from './api'
import { Problem, request, type PathOf, type Query } from './client'
import type { paths } from './openapi.ts'

export { address, casePath, handIn, onStranger, Problem, request, setToken, tellStranger, written, type Query } from './client'

/** What went wrong, as a notice can show it; a fault that is no answer of the interface has no status. */
export const asProblem = (fault: unknown): Problem => (fault instanceof Problem ? fault : new Problem(0, '', String(fault)))

/** A page that refreshes itself keeps no session alive; a wall, which hangs there to be looked at, does. */
const unattended = (): boolean => !location.pathname.startsWith('/console/wall')

/** What a list may be asked by; the values were typed by somebody, and are for the API to refuse. */
type AskedBy<P extends PathOf<'get'>> = paths[P] extends { get: { parameters: { query?: infer Q } } } ? { [Name in keyof NonNullable<Q>]?: Query[string] } : never
type Month = { month: string }

export const api = {
  overview: (signal: AbortSignal, only: AskedBy<'/v1/overview'> = {}) => request('get', '/v1/overview', { query: { days: 31, ...only }, signal, unattended: unattended() }),
  reference: (signal: AbortSignal) => request('get', '/v1/reference', { signal }),
  cards: (query: AskedBy<'/v1/cards'>, signal: AbortSignal) => request('get', '/v1/cards', { query, signal }) as unknown as Promise<CardPage>,
  worklist: (signal: AbortSignal) => request('get', '/v1/cards/worklist', { signal, unattended: unattended() }) as Promise<Worklist>,
  card: (card_id: string, signal: AbortSignal) => request('get', '/v1/cards/{card_id}', { path: { card_id }, signal }) as unknown as Promise<CardLife>,
  cases: (query: AskedBy<'/v1/cases'>, signal: AbortSignal) => request('get', '/v1/cases', { query, signal }) as unknown as Promise<CasePage>,
  clocks: (keys: readonly string[], on: string, signal: AbortSignal) =>
    request('get', '/v1/case-clocks', { query: { case: keys, on }, signal, unattended: unattended() }) as unknown as Promise<CaseClocks>,
  case: (case_key: string, signal: AbortSignal) => request('get', '/v1/cases/{case_key}', { path: { case_key }, signal }) as unknown as Promise<CaseFile>,
  enterprises: (query: AskedBy<'/v1/enterprises'>, signal: AbortSignal) => request('get', '/v1/enterprises', { query, signal }),
  enterprise: (code: string, signal: AbortSignal) => request('get', '/v1/enterprises/{code}', { path: { code }, signal }),
  officer: (officer: string, signal: AbortSignal) => request('get', '/v1/officers/{officer}', { path: { officer }, signal }),
  reportStart: (signal: AbortSignal) => request('get', '/v1/reports/start', { signal }),
  frozenMonths: (year: number, signal: AbortSignal) => request('get', '/v1/reports/months', { query: { year }, signal }),
  monthChanges: (month: string, revision: number, signal: AbortSignal) => request('get', '/v1/reports/months/{month}/{revision}/changes', { path: { month, revision }, signal }),
  assessment: (query: Query, signal: AbortSignal) => request('get', '/v1/reports/assessment', { query: query as Month, signal }) as Promise<Assessment | CountJob>,
  efficiency: (query: Query, signal: AbortSignal) => request('get', '/v1/reports/efficiency', { query: query as Month, signal }) as Promise<Efficiency | CountJob>,
  deliveries: (query: AskedBy<'/v1/deliveries'>, signal: AbortSignal) => request('get', '/v1/deliveries', { query, signal }),
  accounts: (query: AskedBy<'/v1/accounts'>, signal: AbortSignal) => request('get', '/v1/accounts', { query, signal }),
  keys: (query: AskedBy<'/v1/keys'>, signal: AbortSignal) => request('get', '/v1/keys', { query, signal }),
  proposals: (query: AskedBy<'/v1/rulebook/proposals'>, signal: AbortSignal) => request('get', '/v1/rulebook/proposals', { query, signal }),
  uploads: (query: AskedBy<'/v1/uploads'>, signal: AbortSignal) => request('get', '/v1/uploads', { query, signal }),
  trail: (query: AskedBy<'/v1/audit'>, signal: AbortSignal) => request('get', '/v1/audit', { query, signal }) as unknown as Promise<TrailPage>,
  letters: (query: AskedBy<'/v1/dead-letters'>, signal: AbortSignal) => request('get', '/v1/dead-letters', { query, signal }),
}
