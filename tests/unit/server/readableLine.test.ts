import { expect, test } from 'vitest'
import { readableLine } from '../../../server/observability/readableLine'

const at = '2026-11-30T09:41:07.123Z'
const line = (facts: object) =>
  readableLine(JSON.stringify({ level: 30, time: at, ...facts })).replace(/^\d\d:\d\d:\d\d /, '')

test('a request is one short line', () => {
  const facts = {
    requestId: 'ae6f1c2e-1111',
    method: 'GET',
    route: '/api/me',
    status: 200,
    duration: 12.4,
    msg: 'request',
  }
  expect(line(facts)).toBe('GET /api/me 200 in 12 ms\n')
  expect(line({ ...facts, userId: 'u1', aborted: true })).toBe('GET /api/me 200 in 12 ms userId=u1 aborted=true\n')
})

test('a line that is no request keeps its message and its fields', () => {
  expect(line({ msg: 'security', event: 'limit.hit', details: { from: 'admin' } })).toBe(
    'security event=limit.hit details={"from":"admin"}\n',
  )
})

test('a warning and an error say so, and an error shows where it came from', () => {
  expect(readableLine(JSON.stringify({ level: 40, time: at, msg: 'slow' }))).toMatch(/^\d\d:\d\d:\d\d WARN slow\n$/)
  const err = { type: 'Error', message: 'no disk', stack: 'Error: no disk\n    at here' }
  expect(
    readableLine(JSON.stringify({ level: 50, time: at, msg: 'request failed', method: 'GET', route: '/', err })),
  ).toMatch(/ERROR request failed: GET \/\nError: no disk\n {4}at here\n$/)
})
