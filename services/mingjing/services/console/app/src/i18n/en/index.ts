import type { zh } from '../zh-CN'
import { cases } from './cases'
import { frame } from './frame'
import { pages } from './pages'
import { reports } from './reports'
import { people } from './people'

export const en: Record<keyof typeof zh, string> = { ...frame, ...pages, ...people, ...cases, ...reports }
