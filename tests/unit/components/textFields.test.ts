import { parse } from '@vue/compiler-dom'
import { readdirSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'

interface Node {
  tag?: string
  props?: { name: string; value?: { content: string } }[]
  children?: Node[]
}

/** Native fields for text that are bound by `v-model`, which waits for the end of a composition. */
function boundFields(node: Node): string[] {
  const isBound = node.props?.some(({ name }) => name === 'model')
  const type = node.props?.find(({ name }) => name === 'type')?.value?.content ?? 'text'
  const isText = node.tag === 'textarea' || (node.tag === 'input' && !['radio', 'checkbox', 'range'].includes(type))
  const here = isBound && (isText || node.tag === 'ListboxFilter') ? [node.tag!] : []
  return [...here, ...(node.children ?? []).flatMap(boundFields)]
}

it('text is bound by components that follow a composition, never by v-model on the native field', () => {
  const files = ['components', 'pages', 'layouts']
    .flatMap((folder) => readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((file) => `${folder}/${file}`))
    .filter((file) => file.endsWith('.vue') && !file.endsWith('/CommonPeopleFilter.vue'))
  expect(files.length).toBeGreaterThan(100)
  const wrong = files.filter((file) => boundFields(parse(readFileSync(file, 'utf8')) as Node).length > 0)
  expect(wrong).toEqual([])
  expect(boundFields(parse('<template><div><textarea v-model="text" /></div></template>') as Node)).toEqual([
    'textarea',
  ])
})
