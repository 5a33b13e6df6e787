import { nextTick } from 'vue'
import { createRouter, createWebHistory } from 'vue-router'
import { t, type Word } from './i18n'
import { entered, mayRead, session } from './session/state'
import { placesFor } from './shell/nav'

declare module 'vue-router' {
  interface RouteMeta { title: Word; bare?: boolean; narrow?: boolean; /** For every role, also one that sees no cases. */ open?: boolean }
}

export const router = createRouter({
  history: createWebHistory('/console/'),
  routes: [
    { path: '/', component: () => import('./pages/overview/OverviewPage.vue'), meta: { title: 'nav.overview' } },
    { path: '/cards', component: () => import('./pages/cards/CardsPage.vue'), meta: { title: 'nav.cards', narrow: true } },
    { path: '/cases', component: () => import('./pages/cases/CasesPage.vue'), meta: { title: 'nav.cases' } },
    { path: '/cases/:key(.+)', component: () => import('./pages/cases/CasePage.vue'), meta: { title: 'nav.cases' } },
    { path: '/projects', component: () => import('./pages/projects/ProjectsPage.vue'), meta: { title: 'nav.projects' } },
    { path: '/desk', component: () => import('./pages/desk/DeskPage.vue'), meta: { title: 'nav.desk' } },
    { path: '/agencies', component: () => import('./pages/agencies/AgenciesPage.vue'), meta: { title: 'nav.agencies' } },
    { path: '/agencies/:code', component: () => import('./pages/agencies/AgencyPage.vue'), meta: { title: 'nav.agencies' } },
    { path: '/enterprises', component: () => import('./pages/enterprises/EnterprisesPage.vue'), meta: { title: 'nav.enterprises' } },
    { path: '/enterprises/:code', component: () => import('./pages/enterprises/EnterprisePage.vue'), meta: { title: 'nav.enterprises' } },
    { path: '/officers/:code', component: () => import('./pages/officers/OfficerPage.vue'), meta: { title: 'officer.title' } },
    { path: '/agencies/:code/feed', component: () => import('./pages/feed/FeedPage.vue'), meta: { title: 'feed.title' } },
    { path: '/reports', component: () => import('./pages/reports/ReportsPage.vue'), meta: { title: 'nav.reports' } },
    { path: '/reports/assessment', component: () => import('./pages/reports/AssessmentPage.vue'), meta: { title: 'assessment.title' } },
    { path: '/rules', component: () => import('./pages/rules/RulesPage.vue'), meta: { title: 'nav.rules' } },
    { path: '/rules/:rule', component: () => import('./pages/rules/RulePage.vue'), meta: { title: 'nav.rules' } },
    { path: '/law', component: () => import('./pages/law/LawPage.vue'), meta: { title: 'nav.law' } },
    { path: '/quality', component: () => import('./pages/quality/QualityPage.vue'), meta: { title: 'nav.quality' } },
    { path: '/uploads', component: () => import('./pages/uploads/UploadsPage.vue'), meta: { title: 'nav.uploads' } },
    { path: '/wall', component: () => import('./pages/wall/WallPage.vue'), meta: { title: 'nav.wall', bare: true } },
    { path: '/me', component: () => import('./pages/me/MePage.vue'), meta: { title: 'me.title', open: true } },
    { path: '/accounts', component: () => import('./pages/accounts/AccountsPage.vue'), meta: { title: 'nav.accounts', open: true } },
    { path: '/keys', component: () => import('./pages/keys/KeysPage.vue'), meta: { title: 'nav.keys', open: true } },
    { path: '/deliveries', component: () => import('./pages/deliveries/DeliveriesPage.vue'), meta: { title: 'nav.deliveries' } },
    { path: '/audit', component: () => import('./pages/audit/AuditPage.vue'), meta: { title: 'nav.audit' } },
    { path: '/status', component: () => import('./pages/status/StatusPage.vue'), meta: { title: 'nav.status', open: true } },
    { path: '/:rest(.*)', component: () => import('./pages/lost/LostPage.vue'), meta: { title: 'lost.title' } },
  ],
  scrollBehavior: (to, from, saved) => saved ?? (to.path === from.path ? false : { top: 0 }),
})

router.beforeEach(async (to) => {
  await entered
  // Who sees no cases has a first page too: the first they may do anything on.
  const first = placesFor(session.value?.who?.actions ?? [])[0]
  return to.path === '/' && session.value?.who && !mayRead.value && first ? first.to : true
})

router.afterEach((to, from) => {
  document.title = `${t(to.meta.title)} · ${t('brand.full')}`
  // A new page is announced by moving focus to it; a changed filter on the same page is not a new page.
  if (from.matched.length > 0 && to.path !== from.path) void nextTick(() => document.getElementById('main')?.focus({ preventScroll: true }))
})
