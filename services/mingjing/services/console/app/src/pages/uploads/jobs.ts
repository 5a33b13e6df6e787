/* Files on their way in, as the API tells them. */

import type { UploadJob } from '@/api'

export const isOpen = (job: UploadJob): boolean => job.state === 'waiting' || job.state === 'reading'

/** The share of the file that has been read, 0 to 1; null where it cannot be told. The first line is the header. */
export function shareOf(job: UploadJob): number | null {
  if (job.state === 'waiting') return 0
  if (!isOpen(job)) return 1
  return job.lines > 1 ? Math.min(1, job.rows / (job.lines - 1)) : null
}
