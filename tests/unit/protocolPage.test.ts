import { readdirSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { expect, it } from 'vitest'
import { requestSchemas } from '#shared/protocol/client'
import { CLOSE } from '#shared/protocol/server'

const ROOT = resolve(import.meta.dirname, '../..')
const page = readFileSync(resolve(ROOT, 'docs/protocol.md'), 'utf8')

it('the page of the protocol names every route, and no other', () => {
  const routes = readdirSync(resolve(ROOT, 'server/api'), { recursive: true, encoding: 'utf8' })
    .map((file) => /^(.*?)(?:\/index)?\.(get|post|put|patch|delete)\.ts$/.exec(file))
    .flatMap((found) => (found ? `${found[2]!.toUpperCase()} /api/${found[1]!.replace(/\[(\w+)\]/g, ':$1')}` : []))
  const named = Array.from(page.matchAll(/`((?:GET|POST|PUT|PATCH|DELETE) \/api\/[^`\s]*)`/g), ([, route]) => route!)
  expect(new Set(named)).toEqual(new Set(routes))
})

it('the page of the protocol names every request, event and close code of the socket', () => {
  const types = readFileSync(resolve(ROOT, 'shared/protocol/server.ts'), 'utf8')
  const events = Array.from(
    /interface ServerEvents \{([\s\S]*?)\n\}/.exec(types)![1]!.matchAll(/^ {2}'?([\w.]+)'?: /gm),
    ([, event]) => event!,
  )
  expect(events.length).toBeGreaterThan(10)
  for (const name of [...Object.keys(requestSchemas), ...events]) expect(page).toContain(`\`${name}\``)
  for (const code of Object.values(CLOSE)) expect(page).toContain(`| ${code} |`)
})
