/* What waits among people, in the order it comes up: each queue is some stages of a card. */
import type { CardStage } from '@/api'

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
