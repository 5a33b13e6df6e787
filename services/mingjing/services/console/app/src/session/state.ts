/* Who is signed in on this browser, and the steps of coming in and going out. */
import { computed, shallowRef } from 'vue'
import type { SessionEntry, SessionState } from '@/api'
import { asProblem, request, setToken, type Problem } from '@/http'

export const session = shallowRef<SessionState | null>(null)
/** Why the state could not be learnt; null once it has been. */
export const unknown = shallowRef<Problem | null>(null)
export const inside = computed(() => session.value?.stage === 'open')
export const mayRead = computed(() => session.value?.who?.actions.includes('case.read') ?? false)

export const mayUnmask = computed(() => session.value?.who?.actions.includes('case.unmask') ?? false)

export const mayFollow = computed(() => session.value?.who?.actions.includes('officer.read') ?? false)

let wasInside = false
let enter = (): void => undefined
/** Fulfilled once somebody is signed in: pages ask the API as soon as they are loaded, so none is loaded before. */
export const entered = new Promise<void>((resolve) => { enter = resolve })

function take(state: SessionState): void {
  // What the pages hold was another session's: begin anew, at the same address.
  if (wasInside && state.stage === 'open' && !inside.value) return location.reload()
  if (state.stage === 'open') {
    wasInside = true
    enter()
  }
  setToken(state.csrf)
  session.value = state
  unknown.value = null
}

export async function learn(): Promise<void> {
  try {
    take(await request('get', '/v1/session'))
  } catch (fault) {
    unknown.value = asProblem(fault)
  }
}

export const signIn = async (name: string, password: string): Promise<void> =>
  take(await request('post', '/v1/session', { body: { name, password } }))
export const giveCode = async (code: string): Promise<void> => take(await request('post', '/v1/session/code', { body: { code } }))
export const changePassword = async (old: string, fresh: string): Promise<void> =>
  take(await request('post', '/v1/session/password', { body: { old, new: fresh } }))

export async function signOut(): Promise<void> {
  await request('delete', '/v1/session')
  location.assign('/console/')
}

export const mySessions = (): Promise<{ items: SessionEntry[] }> => request('get', '/v1/sessions')
export const endSession = (id: string): Promise<void> => request('delete', '/v1/sessions/{session}', { path: { session: id } })
export const enrol = (password: string): Promise<{ uri: string }> => request('post', '/v1/authenticator', { body: { password } })
export const confirmCode = (code: string): Promise<void> => request('post', '/v1/authenticator/confirm', { body: { code } })
export const removeCode = (password: string): Promise<void> => request('post', '/v1/authenticator/remove', { body: { password } })
