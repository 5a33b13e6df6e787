import { describe, expect, it } from 'vitest'
import { ref } from 'vue'
import { useFirst } from '@/pages/reports/first'

const many = Array.from({ length: 30 }, (_, n) => n)

describe('a long table', () => {
  it('shows its first lines', () => expect(useFirst(many).listed.value).toHaveLength(20))
  it('shows all once they are asked for', () => {
    const { listed, showAll } = useFirst(many)
    showAll()
    expect(listed.value).toHaveLength(30)
  })
  it('shows all where it is complete by its nature', () => expect(useFirst(many, true).listed.value).toHaveLength(30))
  it('follows its lines', () => {
    const lines = ref(many)
    const { listed } = useFirst(lines)
    lines.value = [1]
    expect(listed.value).toEqual([1])
  })
})
