import { describe, expect, it } from 'vitest'
import type { UploadJob } from '@/api'
import { shareOf } from '@/pages/uploads/jobs'

const job = (more: Partial<UploadJob>): UploadJob => ({
  id: '', name: '', standard: '', object: '', title: '', source: '', dry_run: false, state: 'reading', lines: 0, rows: 0, accepted: 0, returned: 0, events: 0,
  remarks: {}, reason: '', receipt: null, made_at: '', ended_at: null, errors: null, ...more,
})

describe('the share of a file that has been read', () => {
  it('is of its rows, without the header', () => expect(shareOf(job({ lines: 101, rows: 50 }))).toBe(0.5))
  it('is unknown for a spreadsheet, whose lines nobody counted', () => expect(shareOf(job({ rows: 50 }))).toBeNull())
  it('never exceeds the whole', () => expect(shareOf(job({ lines: 2, rows: 50 }))).toBe(1))
  it('is nothing while the file waits', () => expect(shareOf(job({ state: 'waiting', lines: 101 }))).toBe(0))
  it('is the whole once it has ended, whatever came of it', () => expect(shareOf(job({ state: 'refused' }))).toBe(1))
})
