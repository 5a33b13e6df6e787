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
    take(await request<SessionState>('GET', '/v1/session'))
  } catch (fault) {
    unknown.value = asProblem(fault)
  }
}

export const signIn = async (name: string, password: string): Promise<void> =>
  take(await request<SessionState>('POST', '/v1/session', { name, password }))
export const giveCode = async (code: string): Promise<void> => take(await request<SessionState>('POST', '/v1/session/code', { code }))
export const changePassword = async (old: string, fresh: string): Promise<void> =>
  take(await request<SessionState>('POST', '/v1/session/password', { old, new: fresh }))

export async function signOut(): Promise<void> {
  await request('DELETE', '/v1/session')
  location.assign('/console/')
}

export const mySessions = (): Promise<{ items: SessionEntry[] }> => request('GET', '/v1/sessions')
export const endSession = (id: string): Promise<void> => request('DELETE', `/v1/sessions/${id}`)
export const enrol = (password: string): Promise<{ uri: string }> => request('POST', '/v1/authenticator', { password })
export const confirmCode = (code: string): Promise<void> => request('POST', '/v1/authenticator/confirm', { code })
export const removeCode = (password: string): Promise<void> => request('POST', '/v1/authenticator/remove', { password })
