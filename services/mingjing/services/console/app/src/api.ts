/* What the HTTP API answers, under the console's names. Shapes come from `openapi.ts`, which `npm run types` generates from the API's own document.
   What the API leaves open — explanations, evidence, reviews, the data of events — is stated here. Instants are RFC 3339 text with offset; days are `YYYY-MM-DD`. */
import type { components } from './openapi.ts'

type Shapes = components['schemas']

export type Level = Shapes['Card']['level']
export type Status = Shapes['Card']['status']
export type DayKind = NonNullable<TrendDay['kind']>
export type CaseState = CaseFacts['state']
export type ClockState = RunningClock['state']
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

/** What the document leaves open of a card, and how it stands among people: a card from the stream does not say. */
interface CardMore { evidence: Evidence[]; explain: Explain; ver: Ver; life?: Standing | null }
export type Card = Omit<Shapes['Card'], keyof CardMore> & CardMore

/** One line of a card's life among people; `at` is microseconds since the epoch. */
export type LifeEntry = Omit<Shapes['Entry'], 'level'> & Partial<Pick<Shapes['Entry'], 'level'>>
export type CardStage = LifeEntry['stage']
export type Standing = Omit<Shapes['CardStanding'], 'entries' | 'ver'> & { entries: LifeEntry[]; ver: Ver }
/** A record of the stream of stages. */
export interface StageNews extends Standing { card_id: string }
export type StepField = Shapes['StepField']
export type OpenStep = Shapes['OpenStep']
export type SharedStep = Shapes['SharedStep']
export type ActionAnswer = Shapes['ActionAnswer']
export type Worklist = Omit<Shapes['Worklist'], 'stages' | 'titles'> & { stages: Partial<Record<CardStage, number>> }
export type FilterEntry = Shapes['FilterEntry']

export type CardPage = Omit<Shapes['CardPage'], 'items'> & { items: Card[] }
export type CardLife = Card & { history: Card[]; steps: OpenStep[]; documents: Paper[] }
export type Paper = Shapes['Paper']

export type RunningClock = Omit<Shapes['Clock'], 'clock'> & { clock: 'promised' | 'statutory' | 'limit' }
export type CaseFacts = Omit<Shapes['CaseFacts'], 'ver' | 'clocks'> & { ver: Ver; clocks: RunningClock[] }
export type CasePage = Omit<Shapes['CasePage'], 'items'> & { items: CaseFacts[] }

export type EnterpriseEntry = Shapes['EnterpriseEntry']
export type EnterpriseDocument = Shapes['EnterpriseDocument']
export type OfficerDocument = Shapes['OfficerDocument']

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
  /** Whose clock it is, of a rule that keeps one for each: a member, an intermediary. */
  key: string | null
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
export interface CaseFile { case: CaseFacts; events: CaseEvent[]; cards: Card[]; review: Review; now: string; /** Where its stream goes on. */ feed: string; /** Its events below this offset are here. */ archived: number }

export type UnmaskedCard = Shapes['UnmaskedCard']
export type UnmaskedLetter = Shapes['UnmaskedLetter']

export interface CaseClocks { items: { case_key: string; clocks: Clock[] }[]; now: string }

export type TrendDay = Shapes['TrendDay']
export type AgencyRow = Shapes['AgencyLine']
export type FeedRow = Shapes['FeedLine']
export type LevelCounts = Required<Shapes['LevelCounts']>
export type Overview = Shapes['OverviewDocument']

export type RuleEntry = Shapes['RuleEntry']
export type RuleExample = Omit<Shapes['RuleExample'], 'story'> & { story: (Omit<Shapes['StoryEvent'], 'data'> & { data: Record<string, unknown> })[] }
export type RuleDocument = Omit<Shapes['RuleDocument'], 'examples'> & { examples: RuleExample[] }
export interface BacktestSide { level: Level; status: Status; issue: 'auto' | 'confirm'; rung: string; violated_at: string; due_at: string | null }
export type BacktestCounts = Record<'drawn' | 'spared' | 'changed' | 'same', number>
/** What `mingjing rules backtest --out` writes. */
export interface BacktestRecord {
  until: string
  cases: number
  left_out: Record<string, number>
  levels: Record<'old' | 'new', Record<Level, number>>
  rules: Record<string, BacktestCounts>
  samples: { outcome: keyof BacktestCounts; case: string; rule: string; occurrence: string; old: BacktestSide | null; new: BacktestSide | null }[]
  digest: string
}
export type BacktestDocument = Omit<Shapes['BacktestDocument'], 'record'> & { record: BacktestRecord | null }
export type ProposalDocument = Shapes['ProposalDocument']
export type EventEntry = Shapes['EventEntry']
export type Region = Shapes['Region']
export type Reference = Shapes['Reference']

export type DeadLetter = Shapes['ListedLetter']
export type LetterGroup = Shapes['LetterGroupEntry']
export type Reconciliation = Shapes['Reconciliation']
export type FeedDocument = Shapes['FeedDocument']
export type FeedRhythm = Shapes['FeedRhythm']
export type OutageList = Shapes['OutageList']
export type MendedEntry = Shapes['MendedEntry']
export type StatusDocument = Shapes['StatusDocument']
export type UploadJob = Shapes['UploadJob']
export type StandardList = Shapes['StandardList']
export type HeaderReading = Shapes['HeaderReading']

export type SessionState = Shapes['SessionState']
export type SessionEntry = Shapes['SessionEntry']
export type AccountEntry = Shapes['AccountEntry']
export type Role = AccountEntry['role']
export type KeyEntry = Shapes['KeyEntry']
export type IssuedKey = Shapes['IssuedKey']
export type Delivery = Shapes['DeliveryEntry']
export type DeliveryState = Delivery['state']
export type TrailEntry = Omit<Shapes['TrailEntry'], 'detail'> & { detail: Record<string, unknown> }
export type TrailPage = Omit<Shapes['TrailPage'], 'items'> & { items: TrailEntry[] }

export type Efficiency = Shapes['Efficiency']
export type IndicatorLine = Shapes['IndicatorLine']
export type GroupLine = Shapes['GroupLine']
export type Figure = Shapes['Figure']
export type Balance = Shapes['Balance']
export type Gate = Shapes['Gate']
export type Origin = Shapes['Origin']
export type RuleLine = Shapes['RuleLine']
export type MechanismLine = Shapes['MechanismLine']
export type MemberLine = Shapes['MemberLine']
export type TrendPoint = Shapes['TrendPoint']
export type ReportStart = Shapes['ReportStart']
export type FrozenMonth = Shapes['FrozenMonth']
export type MonthChanges = Shapes['MonthChanges']
export type Assessment = Shapes['AssessmentDocument']
export type AssessmentResult = Shapes['Result']
export type AssessmentPoints = Shapes['Points']
/** The report is still being counted; ask again. */
export type CountJob = Shapes['CountJob']
