import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, it } from 'vitest'

const API = resolve(import.meta.dirname, '../../../server/api')

/** It says that the process lives, checks nothing else, and must always answer, because a task without an answer is replaced. */
const FREE = ['health.get.ts']

it('every route names its cost, or takes a form that works without a session, which has separate limits', () => {
  const files = readdirSync(API, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.ts'))
  expect(files.length).toBeGreaterThan(50)
  const unpriced = files.filter(
    (path) => !/\bdefine(Public|Account|Form|Admin)?Api\(/.test(readFileSync(join(API, path), 'utf8')),
  )
  expect(unpriced).toEqual(FREE)
})
