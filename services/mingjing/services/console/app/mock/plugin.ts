/* A stand-in for the API, for work on the console and for its browser tests.
   It answers from a fictitious city whose clock stands at one instant, and pushes cards when told to:
   POST /mock/push issues the next one, POST /mock/advance?case= lets a case go on by a step, POST /mock/cut drops every open stream. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Connect, Plugin } from 'vite'
import type { Card, SessionState } from '../src/api.ts'
import { compareCards, fits } from '../src/feed/merge.ts'
import { agencies, item, reference, rule, versions } from './city.ts'
import { fileOf, goneOn, held } from './cases.ts'
import { zoned } from './clock.ts'
import { actOn, lifeOf, unmaskedCard, worklistOf } from './desk.ts'
import { cardsOf, casesOf, enterpriseOf, enterprises } from './enterprises.ts'
import { feedOf, outagesOf } from './feed.ts'
import { letters, unmaskedLetter } from './letters.ts'
import { accountOf, dropFilter, filters, PICTURE, ruleOf, saveFilter, status } from './office.ts'
import { officerOf } from './officers.ts'
import { overviewOf } from './overview.ts'
import { accounts, deliveriesOf, keys, standards, trailOf, uploads } from './people.ts'
import { assessment, changes, months, report, start } from './report.ts'
import { NOW } from './stories.ts'

const COMING = [
  ['PER-05', 'warning', '公共场所卫生许可', '“环节开始”与“办结”由同一人办理。'],
  ['NTC-02', 'yellow', '民办学校设立审批', '告知缺少：受理凭证文号、日期。'],
  ['FEE-01', 'red', '不动产登记', '收费 1 笔 80 元，项目不在公布的收费目录内。'],
] as const

const signedIn: SessionState = {
  stage: 'open', csrf: 'token', ends_at: zoned(NOW), demo: false, demo_accounts: [], provider: null,
  who: { name: 'zhang', title: '张监察', role: 'inspector', role_title: '监察员', region: null, agency: null, actions: ['case.read', 'enterprise.read', 'officer.read', 'case.unmask', 'card.act'], authenticator: false, local: true },
}

const cards: Card[] = held.flatMap((each) => each.cards).sort(compareCards).map((card, n) => Object.assign(card, { life: lifeOf(card, n) }))
const histories = new Map<string, Card[]>(held.flatMap((each) => [...each.histories]))
const streams = new Set<ServerResponse>()
const sent: Card[] = []
const caseStreams = new Map<ServerResponse, string[]>()
/** The tables lie behind the stream by so much. */
const ARCHIVED_AFTER_MS = 400

function push(): Card {
  const [id, level, title, said] = COMING[sent.length % COMING.length]!
  const what = item(title)
  const agency = agencies.find(({ code }) => code === what.agency)!
  const near = held.find(({ facts }) => facts.item === what.code)!
  const about = rule(id)
  const at = zoned(new Date(Date.parse(`${NOW}Z`) + (sent.length + 1) * 1000).toISOString().slice(0, 19))
  const card: Card = {
    card_id: (sent.length + 1).toString(16).padStart(32, 'f'), case_key: near.facts.case_key, rule: id, rung: id, title: about.title, occurrence: '-', level, status: 'standing', issue: 'auto',
    item: what.code, item_title: what.title, agency: agency.code, region: agency.region, officer: null, post: null, step: '审查', violated_at: at, due_at: null, cleared_at: null, issued_at: at,
    evidence: [], explain: { kind: about.kind, sentences: { zh: [said], en: [said] } }, basis: about.basis, versions: { pack: `${about.pack}@2026.1`, ...versions }, digest: '', traceparent: null, revision: 1, ver: [900_000 + sent.length, 1, 1],
  }
  sent.push(card)
  cards.unshift(card)
  histories.set(card.card_id, [card])
  for (const stream of streams) stream.write(frame(card, sent.length))
  return card
}
const frame = (card: Card, place: number): string => `event: card\nid: v${place}\ndata: ${JSON.stringify(card)}\n\n`

function page<T>(rows: readonly T[], query: URLSearchParams): { items: T[]; next_cursor: string | null } {
  const limit = Number(query.get('limit') ?? 50)
  const from = Number(query.get('cursor') ?? 0)
  return { items: rows.slice(from, from + limit), next_cursor: from + limit < rows.length ? String(from + limit) : null }
}

function answer(path: string, query: URLSearchParams): unknown {
  const [, , what = '', ...rest] = path.split('/')
  const key = rest.map(decodeURIComponent).join('/')
  const wish = (name: string): string | undefined => query.get(name) ?? undefined
  if (what === 'session') return signedIn
  if (what === 'sessions') return { items: [{ id: '0f'.repeat(8), address: '10.3.7.21', browser: 'Chromium 148', began_at: zoned(NOW), seen_at: zoned(NOW), here: true }] }
  if (what === 'accounts') return page(accounts, query)
  if (what === 'keys') return page(keys, query)
  if (what === 'audit') return trailOf(cards, Number(wish('before') ?? Infinity), Number(wish('limit') ?? 50))
  if (what === 'deliveries') return page(deliveriesOf(cards), query)
  if (what === 'standards') return standards
  if (what === 'uploads') return page(uploads, new URLSearchParams({ limit: '20', ...Object.fromEntries(query) }))
  if (what === 'rulebook') return { items: [] }
  if (what === 'filters') return filters()
  if (what === 'rules') return ruleOf(key)
  if (what === 'reconciliation') return accountOf(wish('agency') ?? '', wish('day') ?? '')
  if (what === 'feeds') return rest[1] === 'outages' ? outagesOf() : feedOf(key)
  if (what === 'status') return status()
  if (what === 'overview') return overviewOf(cards.filter(({ agency }) => !wish('agency') || agency === wish('agency')), wish('agency'))
  if (what === 'reference') return reference
  if (what === 'reports' && key === 'efficiency') return report(wish('month') ?? '')
  if (what === 'reports' && key === 'assessment') return assessment(wish('month') ?? '', cards.map(({ card_id }) => card_id), wish('region') ?? null)
  if (what === 'reports' && key === 'start') return start
  if (what === 'reports' && key === 'months') return months()
  if (what === 'reports' && key.endsWith('/changes')) return changes
  if (what === 'cards' && key === 'worklist') return worklistOf(cards.filter(({ agency }) => !wish('agency') || agency === wish('agency')))
  if (what === 'cards' && key) {
    const history = histories.get(key)
    return history ? { ...history.at(-1), history, life: cards.find(({ card_id }) => card_id === key)?.life ?? null, steps: [], documents: [] } : null
  }
  if (what === 'officers') return officerOf(key, cards)
  if (what === 'cards' && wish('officer')) return { ...page(cards.filter(({ officer }) => officer === wish('officer')), query), feed: `v${sent.length}`, stage_feed: 's0' }
  if (what === 'enterprises' && key) return enterpriseOf(key)
  if (what === 'enterprises') return page(enterprises(wish('monitoring') === 'true', wish('q') ?? ''), query)
  if (what === 'cards' && wish('enterprise')) return { ...page(cardsOf(wish('enterprise') ?? '', cards), query), feed: `v${sent.length}`, stage_feed: 's0' }
  if (what === 'cards') return { ...page(cards.filter((card) => fits(card, Object.fromEntries(['level', 'status', 'agency', 'region', 'rule', 'item', 'case'].map((name) => [name, wish(name)]).concat([['stage', query.getAll('stage').join(',') || undefined]])))), query), feed: `v${sent.length}`, stage_feed: 's0' }
  if (what === 'cases' && key) return fileOf(key)
  if (what === 'case-clocks') return { items: query.getAll('case').flatMap((each) => { const file = fileOf(each); return file ? [{ case_key: each, clocks: file.review.clocks }] : [] }), now: zoned(NOW) }
  if (what === 'cases' && wish('enterprise')) return page(casesOf(wish('enterprise') ?? ''), query)
  if (what === 'cases') {
    const [states, items, agency, q] = [query.getAll('state'), query.getAll('item'), wish('agency'), wish('q')]
    return page(held.map(({ facts }) => facts).filter((each) => (states.length === 0 || states.includes(each.state)) && (items.length === 0 || items.includes(each.item ?? '')) && (!agency || each.agency === agency) && (!q || each.subject.includes(q.replaceAll('-', '')) || (each.item_title ?? '').includes(q))), query)
  }
  if (what === 'dead-letters' && key === 'groups') {
    const counts = new Map<string, number>()
    for (const { code, agency } of letters) counts.set(`${code} ${agency ?? ''}`, (counts.get(`${code} ${agency ?? ''}`) ?? 0) + 1)
    return { items: [...counts].map(([name, count]) => ({ code: name.split(' ')[0], agency: name.split(' ')[1] || null, count, newest_at: zoned(NOW) })) }
  }
  if (what === 'dead-letters') return page(letters.filter(({ agency, code }) => (!wish('agency') || agency === wish('agency')) && (!wish('code') || code === wish('code'))), query)
  return null
}

function open(request: IncomingMessage, response: ServerResponse, query: URLSearchParams): void {
  response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' })
  const from = Number(String(request.headers['last-event-id'] ?? query.get('from') ?? 'v0').slice(1))
  response.write(': open\n\n')
  sent.slice(from).forEach((card, i) => response.write(frame(card, from + i + 1)))
  streams.add(response)
  response.on('close', () => streams.delete(response))
}

function serve(request: IncomingMessage, response: ServerResponse, onward: Connect.NextFunction): void {
  const url = new URL(request.url ?? '/', 'http://city')
  if (url.pathname === '/v1/cards/stream') return open(request, response, url.searchParams)
  if (url.pathname === '/v1/card-stages/stream') {
    response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' })
    response.write(': open\n\n')
    return
  }
  if (request.method === 'POST' && url.pathname === '/mock/push') return json(response, 200, push())
  if (url.pathname === '/v1/cases/stream') {
    response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' })
    response.write(': open\n\n')
    caseStreams.set(response, url.searchParams.getAll('case'))
    response.on('close', () => caseStreams.delete(response))
    return
  }
  if (request.method === 'POST' && url.pathname === '/mock/advance') {
    const more = goneOn(url.searchParams.get('case') ?? '')
    if (!more) return json(response, 404, {})
    for (const [stream, keys] of caseStreams) if (keys.includes(more.facts.case_key)) stream.write(`event: case\nid: c1\ndata: ${JSON.stringify(more.facts)}\n\n`)
    setTimeout(more.archive, ARCHIVED_AFTER_MS)
    return json(response, 200, more.facts)
  }
  if (request.method === 'POST' && url.pathname === '/mock/cut') {
    for (const stream of streams) stream.destroy()
    return json(response, 200, {})
  }
  if (!url.pathname.startsWith('/v1/')) return onward()
  if (url.pathname.endsWith('.svg')) {
    response.writeHead(200, { 'Content-Type': 'image/svg+xml' })
    response.end(PICTURE)
    return
  }
  if (request.method !== 'GET') return write(request, response, url)
  const body = answer(url.pathname, url.searchParams)
  if (body) return json(response, 200, body)
  json(response, 404, { type: 'urn:mingjing:problem:no_such', title: '没有找到', status: 404, detail: `没有 ${url.pathname}`, instance: 'urn:uuid:mock' })
}

/** Takes what is written and answers as the API does. */
function write(request: IncomingMessage, response: ServerResponse, url: URL): void {
  let text = ''
  request.on('data', (piece: Buffer) => { text += piece.toString() })
  request.on('end', () => {
    const name = decodeURIComponent(url.pathname.split('/')[3] ?? '')
    const page = url.searchParams.get('page') ?? ''
    if (url.pathname === '/v1/unmaskings') return json(response, 200, { case_key: (JSON.parse(text) as { case_key: string }).case_key, events: [{ id: 'e-1', source: 'urn:mock', type: 'case.applied', data: { applicant: '王小明' } }] })
    if (url.pathname === '/v1/unmaskings/cards') return json(response, 200, unmaskedCard(cards, (JSON.parse(text) as { card_id: string }).card_id))
    if (url.pathname === '/v1/unmaskings/letters') return json(response, 200, unmaskedLetter((JSON.parse(text) as { letter: string }).letter))
    if (url.pathname === '/v1/card-actions') return json(response, 200, actOn(cards, (JSON.parse(text) as { actions: { card_id: string; verb: string }[] }).actions))
    if (url.pathname.startsWith('/v1/filters/') && request.method === 'PUT') saveFilter(name, page, (JSON.parse(text) as { query: string }).query)
    else if (url.pathname.startsWith('/v1/filters/')) dropFilter(name, page)
    response.writeHead(204)
    response.end()
  })
}

function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'Content-Type': status < 400 ? 'application/json' : 'application/problem+json' })
  response.end(JSON.stringify(body))
}

export function city(): Plugin {
  return {
    name: 'fictitious-city',
    configureServer: ({ middlewares }) => { middlewares.use(serve) },
    configurePreviewServer: ({ middlewares }) => { middlewares.use(serve) },
  }
}
