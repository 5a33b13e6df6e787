/* The event-stream format (WHATWG HTML §9.2), read by hand instead of through EventSource:
   comments must be seen, for a silent line is a dead line, and the resume point must be ours. */

export interface Frame { event: string; data: string; id: string | null }

/** Returns a reader that takes text as it arrives, in any pieces, and gives back the frames it completes. */
export function frameReader(): (text: string) => Frame[] {
  let rest = ''
  let event = ''
  let data: string[] = []
  let id: string | null = null

  const field = (line: string): void => {
    const at = line.indexOf(':')
    const name = at < 0 ? line : line.slice(0, at)
    const value = at < 0 ? '' : line.slice(at + 1).replace(/^ /, '')
    if (name === 'event') event = value
    else if (name === 'data') data.push(value)
    else if (name === 'id' && !value.includes('\0')) id = value
  }

  return (text) => {
    const frames: Frame[] = []
    rest += text
    // A lone CR at the end may be the first half of CRLF: it waits for what follows.
    const lines = rest.split(/\r\n|\n|\r(?!$)/)
    rest = lines.pop() ?? ''
    for (const line of lines) {
      if (line !== '') {
        if (!line.startsWith(':')) field(line)
        continue
      }
      if (data.length > 0 || event !== '') frames.push({ event: event || 'message', data: data.join('\n'), id })
      event = ''
      data = []
      id = null
    }
    return frames
  }
}
