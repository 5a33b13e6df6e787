/* Files on their way in, as the API tells them. */

export type UploadState = 'waiting' | 'reading' | 'done' | 'refused' | 'failed'

export interface UploadJob {
  id: string; name: string; standard: string; object: string; title: string; source: string; dry_run: boolean; state: UploadState
  /** What `rows` is measured by; 0 where that is not known. */
  lines: number
  rows: number; accepted: number; returned: number; events: number; remarks: Record<string, number>; reason: string
  receipt: string | null; made_at: string; ended_at: string | null; errors: string | null
}

export interface FormEntry { name: string; title: string; blank: string }
export interface StandardEntry { name: string; title: string; objects: FormEntry[] }
export interface StandardList { standards: StandardEntry[]; sources: string[] }

export const isOpen = (job: UploadJob): boolean => job.state === 'waiting' || job.state === 'reading'

/** The share of the file that has been read, 0 to 1; null where it cannot be told. The first line is the header. */
export function shareOf(job: UploadJob): number | null {
  if (job.state === 'waiting') return 0
  if (!isOpen(job)) return 1
  return job.lines > 1 ? Math.min(1, job.rows / (job.lines - 1)) : null
}
