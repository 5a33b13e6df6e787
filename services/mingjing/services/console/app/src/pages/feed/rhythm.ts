/* The hours of a week as a grid shows them. */

export interface Hour { day: number; hour: number; usual: number | null; depth: number }

const DEEPEST = 4

/** Every hour from Monday 0 o'clock, with how deep its square is: 0 is quiet, 4 what is heard most often, by halves of the interval. */
export function hoursOf(week: readonly (number | null)[]): Hour[] {
  const shortest = Math.min(...week.filter((usual) => usual !== null))
  return week.map((usual, i) => ({
    day: Math.floor(i / 24) + 1,
    hour: i % 24,
    usual,
    depth: usual === null ? 0 : Math.max(1, DEEPEST - Math.floor(Math.log2(usual / shortest))),
  }))
}
