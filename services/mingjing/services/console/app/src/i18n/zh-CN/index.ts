import { cases } from './cases'
import { frame } from './frame'
import { pages } from './pages'
import { reports } from './reports'
import { people } from './people'

export const zh = { ...frame, ...pages, ...people, ...cases, ...reports }
