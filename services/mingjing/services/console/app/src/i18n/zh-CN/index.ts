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
import { projects } from './projects'
import { uploads } from './uploads'

export const zh = { ...frame, ...feed, ...pages, ...people, ...cases, ...desk, ...enterprises, ...reports, ...projects, ...uploads, ...deliveries, ...law }
