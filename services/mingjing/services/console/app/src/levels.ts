import type { Level } from './api'

/** In rising order. */
export const LEVELS: readonly Level[] = ['hint', 'warning', 'yellow', 'red']
