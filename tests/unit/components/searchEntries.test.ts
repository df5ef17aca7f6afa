import { describe, expect, it } from 'vitest'
import { completeFilter, toggleFilter, unfinishedFilter } from '../../../components/search/entries'
import { excerptAround } from '../../../components/search/excerpt'

describe('a filter that is being typed', () => {
  it.each([
    ['report from:an', { name: 'from', value: 'an' }],
    ['from:', { name: 'from', value: '' }],
    ['in:"the gr', { name: 'in', value: 'the gr' }],
    ['from:ann ', null],
    ['in:"the group"', null],
    ['platform:x', null],
    ['report', null],
  ])('%j', (typed, expected) => expect(unfinishedFilter(typed)).toEqual(expected))

  it('is completed, in quotes if needed', () => {
    expect(completeFilter('report from:an', 'ann.le')).toBe('report from:ann.le ')
    expect(completeFilter('in:"the', 'The "$1" group')).toBe('in:"The $1 group" ')
  })

  it('is added and removed by its chip', () => {
    expect(toggleFilter('report', 'has:link')).toBe('report has:link ')
    expect(toggleFilter('has:LINK report', 'has:link')).toBe('report')
    expect(toggleFilter('', 'from:')).toBe('from:')
  })
})

describe('an excerpt', () => {
  const shown = (text: string, ...ranges: [number, number][]) =>
    excerptAround(
      text,
      ranges.map(([start, end]) => ({ start, end })),
    )
      .map((part) => (part.marked ? `[${part.text}]` : part.text))
      .join('')

  it('marks what was found', () => {
    expect(shown('one two three', [4, 7])).toBe('one [two] three')
    expect(shown('one two', [0, 3], [4, 7])).toBe('[one] [two]')
    expect(shown('nothing')).toBe('nothing')
  })

  it('begins shortly before the first of it, and is one line', () => {
    const text = `${'word '.repeat(40)}\nneedle\nafter`
    const at = text.indexOf('needle')
    expect(shown(text, [at, at + 6])).toMatch(/^…(word )+ ?\[needle\] after$/)
    expect(shown(`${'x'.repeat(300)}needle`, [300, 306])).toBe('…[needle]')
    expect(shown('y'.repeat(300), [0, 1])).toMatch(/^\[y\]y{150,}…$/)
  })
})
