/* One way to ask the API: JSON in, a typed value or a `Problem` out. */
import type { CardLife, CardPage, CaseFile, CasePage, LetterPage, Overview, Reference } from './api'

/** An answer that is not the one asked for, in the API's words (RFC 9457) or ours when it gave none. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly title: string,
    readonly detail: string,
    readonly instance: string | null = null,
  ) {
    super(`${title} ${detail}`.trim())
  }
}

export type Query = Record<string, string | number | null | undefined>

/** Returns `path` with the parts of `query` that say something, in their given order. */
export function address(path: string, query: Query = {}): string {
  const parts = Object.entries(query).filter(([, value]) => value !== null && value !== undefined && value !== '')
  const text = new URLSearchParams(parts.map(([name, value]) => [name, String(value)])).toString()
  return text ? `${path}?${text}` : path
}

async function ask<T>(path: string, query: Query, signal: AbortSignal): Promise<T> {
  let answer: Response
  try {
    answer = await fetch(address(path, query), { headers: { Accept: 'application/json' }, signal })
  } catch (fault) {
    if (signal.aborted) throw fault
    throw new Problem(0, '', '')
  }
  if (!answer.ok) throw await problemOf(answer)
  return (await answer.json()) as T
}

async function problemOf(answer: Response): Promise<Problem> {
  const body: unknown = await answer.json().catch(() => null)
  const said = (body ?? {}) as { title?: string; detail?: string; instance?: string }
  return new Problem(answer.status, said.title ?? '', said.detail ?? '', said.instance ?? null)
}

/** A case key holds a slash that belongs to the path; every other reserved character is escaped. */
export const casePath = (key: string): string => key.split('/').map(encodeURIComponent).join('/')

export const api = {
  overview: (signal: AbortSignal) => ask<Overview>('/v1/overview', { days: 31 }, signal),
  reference: (signal: AbortSignal) => ask<Reference>('/v1/reference', {}, signal),
  cards: (query: Query, signal: AbortSignal) => ask<CardPage>('/v1/cards', query, signal),
  card: (id: string, signal: AbortSignal) => ask<CardLife>(`/v1/cards/${encodeURIComponent(id)}`, {}, signal),
  cases: (query: Query, signal: AbortSignal) => ask<CasePage>('/v1/cases', query, signal),
  case: (key: string, signal: AbortSignal) => ask<CaseFile>(`/v1/cases/${casePath(key)}`, {}, signal),
  letters: (query: Query, signal: AbortSignal) => ask<LetterPage>('/v1/dead-letters', query, signal),
}
