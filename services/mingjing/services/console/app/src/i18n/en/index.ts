import type { zh } from '../zh-CN'
import { cases } from './cases'
import { deliveries } from './deliveries'
import { desk } from './desk'
import { enterprises } from './enterprises'
import { feed } from './feed'
import { frame } from './frame'
import { law } from './law'
import { pages } from './pages'
import { reports } from './reports'
import { people } from './people'
import { uploads } from './uploads'

export const en: Record<keyof typeof zh, string> = { ...frame, ...feed, ...pages, ...people, ...cases, ...desk, ...enterprises, ...reports, ...uploads, ...deliveries, ...law }
