/* Keeps one stream open, of cards or of their stages, for as long as the console is: resumes where it stopped,
   waits longer after each failure, and takes 40 s without a word for a broken line. */
import { written, type PathOf, type Query } from '@/client'
import { frameReader, type Frame } from './sse'

type Stream = Extract<PathOf<'get'>, `${string}/stream`>

const SILENCE_MS = 40_000
const LONGEST_WAIT_MS = 15_000

export interface Listener {
  /** Takes what the stream is of; `event` names it. */
  take(event: string, said: unknown): void
  open(): void
  lost(): void
  /** The server no longer knows who we are. */
  stranger(): void
  /** The server no longer holds the resume point; returns where to go on, after reloading what is shown. */
  resync(): Promise<string>
}

/** Milliseconds to wait before attempt `n` (from 1): doubling from 0.5 s, `spread` in [0, 1) of half of it added. */
export const patience = (n: number, spread: number): number =>
  Math.min(LONGEST_WAIT_MS, 500 * 2 ** (n - 1)) * (1 + spread / 2)

/** Follows the stream at `path`, asked with `query`, from the vector `from`. Returns how to stop. */
export function follow(path: Stream, from: string, listener: Listener, query: Query = {}): () => void {
  const end = new AbortController()
  let place = from
  let failures = 0

  async function take(frame: Frame): Promise<void> {
    if (frame.event === 'resync') {
      place = await listener.resync()
      throw new Error('resync')
    }
    if (frame.data) listener.take(frame.event, JSON.parse(frame.data))
    if (frame.id) place = frame.id
  }

  async function listen(): Promise<void> {
    const line = new AbortController()
    const hangUp = (): void => line.abort()
    end.signal.addEventListener('abort', hangUp)
    let watch = setTimeout(hangUp, SILENCE_MS)
    try {
      const answer = await fetch(`${path}?${written({ ...query, from: place })}`, {
        headers: { Accept: 'text/event-stream', 'Last-Event-ID': place },
        cache: 'no-store',
        signal: line.signal,
      })
      if (answer.status === 401) listener.stranger()
      if (!answer.ok || !answer.body) throw new Error(`stream answered ${answer.status}`)
      failures = 0
      listener.open()
      const read = frameReader()
      const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader()
      for (;;) {
        const { done, value } = await reader.read()
        if (done) return
        clearTimeout(watch)
        watch = setTimeout(hangUp, SILENCE_MS)
        for (const frame of read(value)) await take(frame)
      }
    } finally {
      clearTimeout(watch)
      end.signal.removeEventListener('abort', hangUp)
      line.abort()
    }
  }

  async function run(): Promise<void> {
    while (!end.signal.aborted) {
      await listen().catch(() => undefined)
      if (end.signal.aborted) return
      listener.lost()
      failures += 1
      await rest(patience(failures, Math.random()), end.signal)
    }
  }

  void run()
  return () => end.abort()
}

/** Waits, but not past the browser's own word that the network is back. */
function rest(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const go = (): void => {
      clearTimeout(timer)
      removeEventListener('online', go)
      signal.removeEventListener('abort', go)
      resolve()
    }
    const timer = setTimeout(go, ms)
    addEventListener('online', go)
    signal.addEventListener('abort', go)
  })
}
