/* Wishes a person has about the screen, kept in this browser where it lets us. */

export function kept(name: string): string | null {
  try {
    return localStorage.getItem(`mingjing.${name}`)
  } catch {
    return null
  }
}

export function keep(name: string, value: string): void {
  try {
    localStorage.setItem(`mingjing.${name}`, value)
  } catch {
    // Storage is forbidden here: the wish lasts as long as the page.
  }
}
