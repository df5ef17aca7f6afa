import { expect, it } from 'vitest'
import { summaryOf } from '#shared/domain/attachments'
import { lookOf } from '#shared/domain/files'

const file = (mime: string, kind = 'file', name = 'a.bin') => ({ kind, mime, name })

it('shows what a browser can show as such, and everything else as a document', () => {
  expect(lookOf(file('image/png', 'image'))).toBe('photo')
  expect(lookOf(file('image/png'))).toBe('document')
  expect(lookOf(file('video/mp4'))).toBe('video')
  expect(lookOf(file('video/x-msvideo'))).toBe('document')
  expect(lookOf(file('audio/mpeg'))).toBe('audio')
  expect(lookOf(file('audio/webm', 'voice'))).toBe('voice')
  expect(lookOf(file('text/html'))).toBe('document')
})

it('describes files briefly, and names a single document', () => {
  expect(summaryOf([])).toBe(null)
  expect(summaryOf([file('image/png', 'image')])).toEqual({ kind: 'photo', count: 1, name: null })
  expect(summaryOf([file('image/png', 'image'), file('image/gif', 'image')])).toEqual({
    kind: 'photo',
    count: 2,
    name: null,
  })
  expect(summaryOf([file('application/pdf', 'file', 'plan.pdf')])).toEqual({
    kind: 'document',
    count: 1,
    name: 'plan.pdf',
  })
  expect(summaryOf([file('application/pdf'), file('image/png', 'image')])).toEqual({
    kind: 'files',
    count: 2,
    name: null,
  })
})
