/* The efficiency report as the API gives it. */
export interface Figure { value: number | null; numerator: number | null; denominator: number | null; n: number }

export interface IndicatorLine {
  id: string
  title: string
  sentence: string
  basis: string
  group: string
  unit: string
  form: 'ratio' | 'mean' | 'quantile' | 'count'
  better: 'high' | 'low' | 'none'
  target: number | null
  awaits: string
  now: Figure
  previous: Figure | null
  year_before: Figure | null
}

export interface Balance { carried_in: number; taken_in: number; closed: number; carried_out: number }
export interface Gate { reasons: string[]; balance: Balance; idle: boolean }

export interface GroupLine {
  key: string
  title: string
  figures: Record<string, Figure>
  gate: Gate | null
  rank: number | null
  /** 95 %, in percent. */
  interval: [number, number] | null
}

export interface Origin {
  frozen: boolean
  revisions: Record<string, number>
  hashes: Record<string, string>
  counted_ms: number
  versions: Record<string, string>
  definitions: string
}

export interface Efficiency {
  period: string
  title: string
  origin: Origin
  indicators: IndicatorLine[]
  balance: Balance
  agencies: GroupLine[]
  regions: GroupLine[]
  items: GroupLine[]
  posts: GroupLine[]
  windows: GroupLine[]
  rules: { rule: string; title: string; yellow: number; red: number }[]
}

/** The report is still being counted; ask again. */
export interface CountJob { id: string; state: 'running' | 'done'; done: number; total: number; result: string | null }

export const counting = (answer: Efficiency | CountJob): answer is CountJob => 'state' in answer
