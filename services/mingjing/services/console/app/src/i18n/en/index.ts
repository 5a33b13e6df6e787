import type { zh } from '../zh-CN'
import { cases } from './cases'
import { frame } from './frame'
import { pages } from './pages'

export const en: Record<keyof typeof zh, string> = { ...frame, ...pages, ...cases }
