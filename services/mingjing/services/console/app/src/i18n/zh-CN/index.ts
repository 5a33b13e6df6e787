import { cases } from './cases'
import { frame } from './frame'
import { pages } from './pages'

export const zh = { ...frame, ...pages, ...cases }
