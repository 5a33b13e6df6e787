import type { CountJob, Efficiency } from '@/api'

export const counting = (answer: Efficiency | CountJob): answer is CountJob => 'state' in answer
