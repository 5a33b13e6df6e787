/* What the HTTP API answers. Instants are RFC 3339 text with offset; days are `YYYY-MM-DD`. */

export type Level = 'hint' | 'warning' | 'yellow' | 'red'
export type Status = 'standing' | 'cleared' | 'withdrawn'
export type DayKind = 'work' | 'makeup' | 'weekend' | 'holiday'
export type CaseState =
  | 'applied' | 'accepted' | 'suspended' | 'decided' | 'delivered' | 'abandoned' | 'not_accepted' | 'returned'
export type ClockState = 'running' | 'paused' | 'stopped' | 'past'

/** Offset folded, generation of the partition's owner, revision; the greatest wins. */
export type Ver = readonly [number, number, number]

/** A finding as data, told in order in both languages; the rest is the rule kind's own. */
export interface Explain {
  kind?: string
  clock?: 'promised' | 'statutory' | 'limit'
  /** Days over at the finish, in the limit's unit. */
  over?: number
  sentences?: { zh: string[]; en: string[] }
}

export interface Evidence { id: string; source: string; type: string; at: string | number }

export interface Card {
  card_id: string
  case_key: string
  rule: string
  rung: string
  title: string
  occurrence: string
  level: Level
  status: Status
  issue: 'auto' | 'confirm'
  item: string | null
  item_title: string | null
  agency: string | null
  region: string | null
  officer: string | null
  post: string | null
  step: string | null
  violated_at: string
  due_at: string | null
  cleared_at: string | null
  issued_at: string
  evidence: Evidence[]
  explain: Explain
  basis: string[]
  versions: Record<string, string>
  digest: string
  revision: number
  ver: Ver
  /** How it stands among people; a card from the stream does not say. */
  life?: Standing | null
}

export type CardStage =
  | 'pending' | 'dismissed' | 'drawn' | 'signed' | 'explained' | 'appealed' | 'verifying' | 'upheld'
  | 'revoked' | 'lowered' | 'exempted' | 'supervised' | 'rectified' | 'closed'

/** One line of a card's life among people; `at` is microseconds since the epoch. */
export interface LifeEntry { action_id: string; verb: string; actor: string; role: string; at: number; round: number; stage: CardStage; fields: Record<string, string> }
export interface Standing { stage: CardStage; round: number; revision: number; shown: Level | null; entries: LifeEntry[]; ver: Ver }
/** A record of the stream of stages. */
export interface StageNews extends Standing { card_id: string }
export interface StepField { name: string; title: string; type: 'text' | 'date' | 'choice'; required: boolean; choices: Record<string, string> }
export interface OpenStep { verb: string; title: string; english: string; fields: StepField[]; document: string | null }
export interface ActionAnswer { action_id: string; card_id: string; state: 'accepted' | 'refused' | 'pending'; stage: CardStage | null; revision: number | null }
export interface Worklist { stages: Partial<Record<CardStage, number>>; mine: CardStage[] }

export interface CardPage { items: Card[]; next_cursor: string | null; feed: string; stage_feed: string }
export interface CardLife extends Card { history: Card[]; steps: OpenStep[]; documents: string[] }

export interface RunningClock {
  rule: string
  clock: 'promised' | 'statutory' | 'limit'
  limit: string
  start_at: string
  due_at: string | null
  state: ClockState
  level: Level | null
}

export interface CaseFacts {
  case_key: string
  subject: string
  item: string | null
  item_title: string | null
  agency: string | null
  region: string | null
  applied_at: string | null
  accepted_at: string | null
  decided_at: string | null
  delivered_at: string | null
  last_event_at: string | null
  last_event_type: string | null
  state: CaseState
  clocks: RunningClock[]
  events: number
  ver: Ver
}

export interface CasePage { items: CaseFacts[]; next_cursor: string | null }

export interface CaseEvent {
  id: string
  source: string
  type: string
  subject: string
  time: string
  recordedtime?: string | null
  ingestedtime?: string | null
  corrects?: string | null
  officer?: string | null
  post?: string | null
  step?: string | null
  data?: Record<string, unknown>
}

export interface RibbonDay {
  date: string
  kind: DayKind
  name: string | null
  counted: boolean
  n: number | null
  start: boolean
  paused: string | null
  over_cap: boolean
  zone: 'in' | 'past_promised' | 'past_statutory'
}

export interface Extension { at: string; by: string }
export interface Pause { begin_at: string; end_at: string | null; cap: string | number | null; reason: string | null }

export interface Clock {
  rule: string
  title: string
  clock: 'promised' | 'statutory' | 'limit'
  limit: string
  count: string
  start_at: string
  /** First instant past the limit; `due_on` is the last day in time. */
  due_at: string | null
  due_on: string | null
  state: ClockState
  finish_at: string | null
  days_used: number | null
  /** Negative once over. */
  days_left: number | null
  pauses: Pause[]
  extensions?: Extension[]
  ribbon: RibbonDay[]
}

export interface ReviewFinding { rule: string; occurrence: string; explain: Explain }
export interface Review { state: CaseState | null; clocks: Clock[]; findings: ReviewFinding[]; calendar_missing?: string | null }
export interface CaseFile { case: CaseFacts; events: CaseEvent[]; cards: Card[]; review: Review; now: string }

export interface TrendDay {
  date: string
  /** Null for a day no calendar holds. */
  kind: DayKind | null
  name: string | null
  warning: number
  yellow: number
  red: number
}

export interface AgencyRow {
  agency: string
  title: string
  region: string | null
  open: number
  warning: number
  yellow: number
  red: number
  decided: number
  on_time: number
  last_event_at: string | null
}

export interface FeedRow {
  source: string
  agency: string | null
  title: string
  last_event_at: string | null
  events: number
  dead_letters: number
}

export interface RuleCount { rule: string; title: string; warning: number; yellow: number; red: number }
export type LevelCounts = Record<Level, number>

export interface Overview {
  now: string
  clock: 'live' | 'event-time'
  open: number
  suspended: number
  accepted_today: number
  decided_today: number
  cards: LevelCounts
  cards_today: LevelCounts
  standing: LevelCounts
  withdrawn: number
  dead_letters: number
  on_time: { numerator: number; denominator: number }
  trend: TrendDay[]
  agencies: AgencyRow[]
  rules: RuleCount[]
  feeds: FeedRow[]
}

export interface RuleEntry {
  id: string
  title: string
  kind: string
  basis: string[]
  levels: Level[]
  issue: 'auto' | 'confirm'
  pack: string
  pack_title: string
}

/** A type of event as its vocabulary names it; `fields` titles what its data may hold. */
export interface EventEntry { type: string; title: string; fields: Record<string, string> }

export interface Region { code: string; title: string; tier: string }

export interface Reference {
  agencies: { code: string; title: string; region: string; kind: string }[]
  regions: Region[]
  items: { code: string; title: string; agency: string | null; promised: string | null; statutory: string | null }[]
  rules: RuleEntry[]
  events: EventEntry[]
  levels: Record<Level, string>
  versions: Record<string, string>
}

export interface DeadLetter {
  letter_id: string
  code: string
  place: string
  message: string
  agency: string | null
  source: string | null
  event_id: string | null
  topic: string
  partition: number
  offset: number
  received_at: string
  original: string
  /** Who handed it in again, mended or as it was; null where nobody has. */
  resubmitted_by: string | null
  resubmitted_at: string | null
  receipt: string | null
}

export interface LetterPage { items: DeadLetter[]; next_cursor: string | null }

export interface Who {
  name: string
  title: string
  role: string
  role_title: string
  region: string | null
  agency: string | null
  actions: string[]
  authenticator: boolean
  local: boolean
}

export interface SessionState {
  stage: 'none' | 'code' | 'change' | 'open'
  who: Who | null
  csrf: string | null
  ends_at: string | null
  demo: boolean
  demo_accounts: { name: string; title: string; role: string; role_title: string }[]
  /** The title of the identity provider, where there is one. */
  provider: string | null
}

export interface SessionEntry { id: string; address: string; browser: string; began_at: string; seen_at: string; here: boolean }

export interface AccountEntry {
  name: string
  title: string
  role: string
  role_title: string
  region: string | null
  agency: string | null
  local: boolean
  authenticator: boolean
  must_change: boolean
  locked_until: string | null
  disabled: boolean
  demo: boolean
  revision: number
  created_at: string
}

export type DeliveryState = 'waiting' | 'failed' | 'sent' | 'given_up' | 'stopped'

/** One card told by one channel; `next_at` is when it is offered next, null when it is not. */
export interface Delivery {
  id: string
  route: string
  channel: string
  purpose: 'card' | 'escalation'
  card_id: string
  case_key: string
  title: string
  level: Level
  status: Status
  agency: string | null
  region: string | null
  state: DeliveryState
  tries: number
  failure: string
  made_at: string
  next_at: string | null
  sent_at: string | null
}

export interface TrailEntry {
  seq: number
  at: string
  actor: string
  role: string
  action: string
  action_title: string
  object: string
  agency: string
  region: string
  detail: Record<string, unknown>
  hash: string
}
