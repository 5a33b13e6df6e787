import { describe, expect, it } from 'vitest'
import type { HeaderReading } from '@/api'
import { faultsOf, headOf, isWhole, known, LEFT_OUT, told } from '@/pages/uploads/columns'

const reading: HeaderReading = {
  cells: [
    { header: '流水号', column: null, nearest: null, samples: ['浙A1'] },
    { header: '申请时间', column: 'apply_date', nearest: null, samples: [] },
    { header: '备注', column: null, nearest: null, samples: [] },
  ],
  columns: [
    { name: 'project_no', title: '办件编号', needed: true },
    { name: 'apply_date', title: '申请时间', needed: false },
  ],
}
const settled = { 流水号: 'project_no', 申请时间: 'apply_date', 备注: LEFT_OUT }

describe('the columns of a file', () => {
  it('are known by name or title, the others are open', () => expect(known(reading, {})).toEqual({ 流水号: '', 申请时间: 'apply_date', 备注: '' }))
  it('are known again where somebody said before what they are', () => expect(known(reading, { 流水号: 'project_no', 备注: LEFT_OUT })).toEqual(settled))
  it('are open where what was said before is no column any more', () => expect(known(reading, { 流水号: 'case_no' })['流水号']).toBe(''))
  it('are whole once something is said of each and nothing needed is missing', () => expect(isWhole(faultsOf(reading, settled))).toBe(true))
  it('are not whole while nothing is said of one', () => expect(faultsOf(reading, { ...settled, 备注: '' }).open).toEqual(['备注']))
  it('are not whole while a needed one is missing', () => expect(faultsOf(reading, { ...settled, 流水号: LEFT_OUT }).missing).toEqual(['办件编号']))
  it('are not whole while two are said to be the same', () => expect(faultsOf(reading, { ...settled, 备注: 'project_no' }).twice).toEqual(['办件编号']))
  it('are told where they are not known, and those that are left out with nothing', () => expect(told(reading, settled)).toEqual(['流水号=project_no', '备注=']))
})

describe('the head of a file', () => {
  const line = `${'浙'.repeat(50)},\n`
  it('is all of a small one', async () => expect(await (await headOf(new Blob([line]))).text()).toBe(line))
  it('is whole lines of a long text', async () => expect((await (await headOf(new Blob([line.repeat(5000)]))).text()).endsWith(line)).toBe(true))
  it('is all of a spreadsheet, however long', async () => expect((await headOf(new Blob(['PK', line.repeat(5000)]))).size).toBe(2 + 152 * 5000))
})
