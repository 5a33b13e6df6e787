/* What waits among people, in the order it comes up: each queue is some stages of a card. */
import type { CardStage, Worklist } from '@/api'

export const QUEUES = [
  { name: 'confirm', stages: ['pending'] },
  { name: 'sign', stages: ['drawn'] },
  { name: 'answer', stages: ['signed'] },
  { name: 'explained', stages: ['explained'] },
  { name: 'appeal', stages: ['appealed'] },
  { name: 'verify', stages: ['verifying'] },
  { name: 'decide', stages: ['upheld', 'lowered'] },
  { name: 'supervised', stages: ['supervised'] },
  { name: 'rectified', stages: ['rectified'] },
] as const satisfies readonly { name: string; stages: readonly CardStage[] }[]

export type Queue = (typeof QUEUES)[number]

const FIRST = QUEUES[4]

/** The queue to open: appeals where there are any, else the first that waits for the reader, else the first in which anything waits. */
export function firstOf(list: Worklist | null): Queue {
  const waits = ({ stages }: Queue): boolean => stages.some((stage) => (list?.stages[stage] ?? 0) > 0)
  const mine = ({ stages }: Queue): boolean => stages.some((stage) => list?.mine.includes(stage))
  return [FIRST, ...QUEUES.filter(mine), ...QUEUES].find(waits) ?? FIRST
}
